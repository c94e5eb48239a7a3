"""Times on a room's pages: spans and moments as people read them."""

from datetime import datetime


def clock_of(seconds: float | None) -> str:
    """ "4:05" or "1:02:03"; a dash for what has not happened; with "-" before it for what is past."""
    if seconds is None:
        return "\N{EN DASH}"
    sign, whole = ("-" if seconds <= -1 else ""), int(abs(seconds))
    hours, minutes = divmod(whole // 60, 60)
    shown = f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
    return sign + shown


def moment_of(at: float) -> str:
    """Day and time, by this machine's clock."""
    return datetime.fromtimestamp(at).strftime("%Y-%m-%d %H:%M:%S")


def ago(seconds: float) -> str:
    """How long ago, roughly: a number that does not change at each look."""
    if seconds < 10:
        return "now"
    if seconds < 60:
        return f"{int(seconds) // 10 * 10} s ago"
    return f"{int(seconds) // 60} min ago"


FILTERS = {"clock": clock_of, "moment": moment_of, "ago": ago}
