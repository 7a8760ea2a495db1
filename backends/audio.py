"""Recordings as dictation wants them: 16 kHz, 16 bit, one channel, no header."""

from __future__ import annotations

import io

from backends.errors import InvalidRequest
from backends.types import Attachment, Words

RATE = 16000
BYTES_PER_SECOND = 2 * RATE

_UNREADABLE = Words(
    "无法读取这段录音。请使用 WAV、MP3、FLAC、OGG 或 16 kHz 单声道 PCM 文件。",
    "The recording cannot be read. Use a WAV, MP3, FLAC or OGG file, or PCM of 16 kHz, mono.",
)
_TOO_LONG = Words(
    "录音有 {seconds:.1f} 秒，该服务一次最多 {limit:.0f} 秒。请截短后再发送。",
    "The recording has {seconds:.1f} s; the service takes {limit:.0f} s at a time. Cut it shorter.",
)


def pcm(recording: Attachment, max_seconds: float | None) -> bytes:
    """The recording's samples, resampled where it has another rate, its channels mixed.

    Raises:
        InvalidRequest: it cannot be read, or is longer than `max_seconds`.
    """
    samples = _samples(recording)
    seconds = len(samples) / BYTES_PER_SECOND
    if max_seconds is not None and seconds > max_seconds:
        raise InvalidRequest(
            _TOO_LONG.format(seconds=seconds, limit=max_seconds), code="audio length"
        )
    return samples


def _samples(recording: Attachment) -> bytes:
    if recording.media_type in ("audio/pcm", "audio/L16"):
        return recording.data[: len(recording.data) // 2 * 2]
    # Loaded here: importing the room must stay light.
    import soundfile
    import soxr

    try:
        sound, rate = soundfile.read(io.BytesIO(recording.data), dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, ValueError, TypeError, OSError):
        raise InvalidRequest(_UNREADABLE, code="audio format") from None
    mono = soxr.resample(sound.mean(axis=1), rate, RATE)
    return bytes((mono.clip(-1, 32767 / 32768) * 32768).astype("<i2").tobytes())
