"""Ports of 127.0.0.1, which nobody reaches from another machine."""

import socket

HOST = "127.0.0.1"


def bound(port: int) -> socket.socket:
    """A socket that holds `port` (any free one for 0) and does not listen: it refuses connections.

    A stand-in that refuses keeps its port so: nobody who asks for any free port is given it meanwhile.
    """
    holder = socket.socket()
    try:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((HOST, port))
    except OSError:
        holder.close()
        raise
    return holder
