"""Pictures and clips of a screen in words: one line for each picture, one for all frames of a clip."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from console import words
from console.words import _, _n
from policy.summaries import ClipTold, PictureState, PictureTaken

BY_POLICY = "policy"
"""Why every picture is taken that is no part of a clip."""


@dataclass(frozen=True)
class Taken:
    """One line of the list: a picture, or a clip with its frames in the order they were taken."""

    frames: tuple[PictureTaken, ...]
    clip: ClipTold | None = None

    @property
    def at(self) -> int:
        """When it begins."""
        return self.frames[0].at

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes it itself."""
        return ("clip", self.clip.id) if self.clip is not None else (self.at, self.frames[0].host, self.frames[0].sha256)

    @property
    def kept(self) -> int:
        """How many of its pictures can be opened."""
        return sum(one.state is PictureState.KEPT for one in self.frames)


def lines(pictures: Iterable[PictureTaken], clips: Iterable[ClipTold]) -> list[Taken]:
    """Return pictures, newest first, as lines; a clip stands where its newest frame does."""
    told = {one.id: one for one in clips}
    found: dict[tuple[object, ...], list[PictureTaken]] = {}
    for one in pictures:
        clip = one.clip if one.clip in told else None
        key = ("clip", clip) if clip is not None else (one.at, one.host, one.sha256)
        found.setdefault(key, []).append(one)
    return [Taken(tuple(reversed(frames)), told[key[1]] if key[0] == "clip" else None) for key, frames in found.items()]  # type: ignore[index]


def kind(one: Taken) -> str:
    """What it is, and whether it is still here."""
    many = len(one.frames)
    if one.clip is None:
        return _("picture") if one.kept else state(one.frames[0].state)
    whole = _n("clip of {n} picture", "clip of {n} pictures", many).format(n=words.count(many))
    if one.kept == many:
        return whole
    states = {frame.state for frame in one.frames}
    left = _("{n} can be opened").format(n=words.count(one.kept))
    return f"{whole}, {state(one.frames[0].state) if not one.kept and len(states) == 1 else left}"


def state(value: PictureState) -> str:
    """Whether a picture can be opened, and why not."""
    return {
        PictureState.KEPT: _("kept"),
        PictureState.DELETED: _("deleted after its period"),
        PictureState.CROWDED_OUT: _("deleted for want of room"),
        PictureState.NOT_RECEIVED: _("not received"),
    }[value]


def explained(value: PictureState, days: int) -> str:
    """Why a picture cannot be opened, in a sentence."""
    told = {
        PictureState.DELETED: _n(
            "This picture was deleted: pictures are kept for {n} day.", "This picture was deleted: pictures are kept for {n} days.", days
        ),
        PictureState.CROWDED_OUT: _("This picture was deleted before its period was over, because there was no room for more."),
        PictureState.NOT_RECEIVED: _("The PC told of this picture, and it has not reached the server."),
    }
    return told.get(value, "").format(n=words.count(days))


def why(one: Taken) -> str:
    """Why it was taken."""
    if one.clip is not None:
        return words.safe(one.clip.reason, 200)
    reason = one.frames[0].reason
    return _("at intervals, as the settings say") if reason == BY_POLICY else words.safe(reason, 200)


def size(one: PictureTaken) -> str:
    """The size of the screen in the picture."""
    return f"{one.width}×{one.height}"


def caption(one: Taken, place: int, zone: str) -> str:
    """Everything known of one picture, or of one frame of a clip."""
    frame = one.frames[place]
    first = (words.second(frame.at, zone), words.safe(frame.host, 60), size(frame), words.size(frame.bytes))
    return "\n".join(("  ·  ".join(first), _("Why: {reason}").format(reason=why(one)), *_who(one.clip)))


def _who(clip: ClipTold | None) -> tuple[str, ...]:
    if clip is None:
        return ()
    who, other = words.safe(clip.asked_by, 60), words.safe(clip.approved_by or words.NOTHING, 60)
    return (_("Asked for by {who}, agreed to by {other}.").format(who=who, other=other),)
