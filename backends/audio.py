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


_EMPTY = Words(
    "录音里没有声音数据。请重新录音或换一个文件。",
    "The recording holds no sound. Record again, or choose another file.",
)


def pcm(recording: Attachment, max_seconds: float) -> bytes:
    """The recording's samples, resampled where it has another rate, its channels mixed.

    Raises:
        InvalidRequest: it cannot be read, holds nothing, or is longer than `max_seconds`.
    """
    raw = recording.media_type in ("audio/pcm", "audio/L16")
    samples = _raw(recording.data, max_seconds) if raw else _decoded(recording.data, max_seconds)
    if not samples:
        raise InvalidRequest(_EMPTY, code="audio length")
    return samples


def _raw(data: bytes, max_seconds: float) -> bytes:
    _check_length(len(data) / BYTES_PER_SECOND, max_seconds)
    return data[: len(data) // 2 * 2]


def _decoded(data: bytes, max_seconds: float) -> bytes:
    # Loaded here: importing the room must stay light.
    import numpy
    import soundfile
    import soxr

    try:
        with soundfile.SoundFile(io.BytesIO(data)) as opened:
            rate = opened.samplerate
            # Before decoding: a small file can unpack to gigabytes.
            _check_length(opened.frames / rate, max_seconds)
            sound = opened.read(round(max_seconds * rate), dtype="float32", always_2d=True)
        mono = soxr.resample(numpy.nan_to_num(sound.mean(axis=1)), rate, RATE)
    except (soundfile.SoundFileError, ValueError, TypeError, OSError, ZeroDivisionError):
        raise InvalidRequest(_UNREADABLE, code="audio format") from None
    return bytes((mono.clip(-1, 32767 / 32768) * 32768).astype("<i2").tobytes())


def _check_length(seconds: float, max_seconds: float) -> None:
    if seconds > max_seconds:
        raise InvalidRequest(
            _TOO_LONG.format(seconds=seconds, limit=max_seconds), code="audio length"
        )
