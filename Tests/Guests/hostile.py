"""What the hostile cases have in common: a way in, and a list of misdeeds that are done one after the other."""

import contextlib

from channel import Channel, Closed
from guest import Guest
from lab import Failure

"""What a misdeed may meet: the switch ends the connection or answers no more."""
REFUSED = (Closed, TimeoutError, ConnectionError, BlockingIOError)


def attach(lab, side="server", **options):
    """A guest that has connected and said nothing yet, at the port of that name."""
    if side == "client":
        return Guest(listener=lab.listener, seconds=20, **options)
    return Guest(lab.socket(side), **options)


def connect(lab):
    return Channel.connect(lab.socket("server"))


@contextlib.contextmanager
def visit(lab, side="server", **options):
    """A guest for the time of a misdeed; being thrown out is no fault."""
    guest = attach(lab, side, **options)
    try:
        yield guest
    except REFUSED:
        pass
    finally:
        broken = guest.memory and not guest.memory.map.closed and not guest.memory.intact()
        guest.close()
    if broken:
        raise Failure("the switch wrote beyond the guest's memory")


def misdeeds(lab, deeds, rounds=1):
    """Does each of them, looks after each whether the switch is well; the verdict of all."""
    lab.watch()
    for _ in range(rounds):
        for deed in deeds:
            label = deed.__doc__ or deed.__name__
            try:
                deed(lab)
            except REFUSED as error:
                raise Failure(f"{label}: {type(error).__name__} {error} where none was looked for")
            lab.check(label)
    return lab.verdict("all together")
