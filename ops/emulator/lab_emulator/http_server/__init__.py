"""HTTP server of the emulator's one port: a thread for each connection, and a parser in C.

LocalStack's own is Twisted's: one thread reads every connection, another serves the request, and the first
writes the answer. Half of the interpreter's time went into that, most of it for headers and for handing
requests from thread to thread. Here the thread of a connection reads, serves and answers.
"""
