"""The table of faults: what `--fault` can be."""

from __future__ import annotations

from typing import Final

from .faults import ALL, EVENTS, HTTP, JSON, Fault

# A character that no answer holds: where it stands, `changes` puts bytes that are no UTF-8.
NO_UTF8: Final = "\ue000"
_WS: Final = ("ws",)
_SSE: Final = ("sse",)

ROWS: Final = (
    # Before the answer.
    Fault("reset_before_headers", (6,), ALL, "Takes the request and resets the connection."),
    Fault("close_before_headers", (6,), ALL, "Takes the request and closes the connection."),
    Fault("close_after_answer", (7,), HTTP,
          "Closes the connection after a whole answer, without having said so.",
          framing="closed after"),
    Fault("silent", (8,), ALL,
          "Takes the request and sends nothing at all until the client goes away."),
    Fault("slow_headers", (9,), ALL, "Sends the head of the answer one byte at a time.",
          framing="dripped head"),
    Fault("slow_first_token", (10,), ALL, "Waits two seconds before the first token.", delay=2.0),
    # In the middle.
    Fault("stall", (11,), ALL, "Sends a few tokens, then nothing until the client goes away.",
          after=3, ending="stall"),
    Fault("pings_only", (12,), JSON, "Sends a few tokens, then only signs of life.",
          after=3, ending="cut"),
    Fault("drip", (13,), ALL, "Sends a character every 50 ms and never ends.",
          after=3, ending="drip"),
    Fault("reset", (14, 62), ALL, "Resets the connection in mid-answer.", after=3, ending="cut"),
    Fault("cut", (15, 62), ALL, "Drops the connection in mid-answer, without any end marker.",
          after=3, ending="cut"),
    Fault("cut_in_chunk", (15,), HTTP, "Closes the connection inside a chunk of its answer.",
          after=3, ending="cut"),
    Fault("short_body", (16,), HTTP, "Closes the connection before as many bytes as it announced.",
          after=3, ending="cut", framing="too long"),
    Fault("unframed_cut", (17,), HTTP,
          "Ends an answer without any length in the middle, by closing the connection.",
          after=3, ending="cut", framing="until close"),
    # At the end.
    Fault("reset_after_end", (18,), JSON, "Resets the connection after the last frame.",
          framing="reset after"),
    Fault("no_done", (19,), _SSE, "Leaves out the closing [DONE].", whole=False),
    Fault("no_end", (20,), EVENTS, "Leaves out every sign of the end, and closes properly.",
          whole=False),
    Fault("final_twice", (21,), JSON, "Sends the last frame twice.", whole=False),
    # Frames.
    Fault("frames_twice", (22,), ("v1", "ws"), "Sends every numbered frame twice.", whole=False),
    Fault("frames_swapped", (22,), ("v1", "ws"), "Sends the second frame after the third.",
          whole=False),
    Fault("late_frames", (23,), JSON, "Sends text after the end of the answer.", whole=False),
    Fault("half_frame", (24,), JSON, "Ends in the middle of its last frame."),
    Fault("broken_frame", (25,), JSON, "Sends one frame that is no JSON in mid-answer.",
          whole=False),
    Fault("single_bytes", (26, 68), HTTP, "Sends every byte in a chunk of its own."),
    Fault("bad_utf8", (27, 65), JSON, "Sends bytes that are no UTF-8 inside the text.",
          says=f"坏{NO_UTF8}字节"),
    Fault("line_separators", (28,), ALL, "Says characters that some take for the end of a line.",
          says="行\u2028段\u2029次\u0085列\x0b页\x0c"),
    Fault("crlf_cut", (29,), EVENTS, "Cuts every CRLF in the middle.", whole=False),
    Fault("bom", (30,), EVENTS, "Begins the stream with a byte order mark."),
    Fault("no_space", (30,), EVENTS, "Writes `data:` without a space.", whole=False),
    Fault("data_lines", (30,), EVENTS, "Spreads the data of an event over several lines.",
          whole=False),
    Fault("sse_fields", (30,), EVENTS, "Adds comments and the fields event, id and retry.",
          whole=False),
    Fault("bare_cr", (30,), EVENTS, "Ends its lines with CR alone.", whole=False),
    Fault("no_charset", (31,), EVENTS, "Names no character set.", whole=False),
    Fault("error_in_200", (32,), EVENTS, "Sends the provider's error object with HTTP 200."),
    Fault("error_mid_stream", (33,), ALL, "Sends the provider's error object after a few tokens.",
          after=3, ending="error"),
    Fault("content_filter", (34,), JSON, "Lets the provider's content review stop the answer.",
          after=3, ending="filter"),
    # Usage.
    Fault("no_usage", (35,), JSON, "Leaves out the usage."),
    Fault("usage_often", (36,), JSON, "Puts the usage so far into every frame.", whole=False),
    Fault("usage_negative", (37,), JSON, "Reports negative counts."),
    Fault("usage_text", (37,), JSON, "Reports counts that are no numbers."),
    Fault("usage_fraction", (37,), JSON, "Reports counts with decimals."),
    Fault("usage_nan", (37,), JSON, "Reports NaN, which is no JSON."),
    Fault("usage_infinite", (37,), JSON, "Reports 1e400 for every count."),
    Fault("usage_wrong_total", (37,), JSON, "Reports a total that is not the sum."),
    Fault("usage_too_low", (37,), JSON, "Reports no output tokens for an answer."),
    Fault("usage_too_big", (38,), JSON, "Reports counts of 2 to the power of 70."),
    # Too much.
    Fault("long_line", (39,), JSON, "Sends a line of 10 MB in mid-answer."),
    Fault("endless_line", (40,), ALL, "Sends a line that never ends.", after=3, ending="cut"),
    Fault("endless", (41,), ALL, "Ignores the limit of its output and does not end.",
          after=3, ending="endless"),
    Fault("gzip_bomb", (42,), HTTP, "Sends 1 GB in 1 MB of gzip.", after=3, ending="cut"),
    Fault("deep_json", (43,), JSON, "Nests JSON 2,000 deep in one frame."),
    Fault("duplicate_keys", (43,), JSON, "Sends one frame with a key twice."),
    Fault("odd_characters", (44,), JSON, "Says half a surrogate pair, a NUL and an emoji.",
          says="半\ud83d零\x00笑😀"),
    # Refusals.
    Fault("retry_after_seconds", (45,), EVENTS, "Refuses for this minute: Retry-After: 2."),
    Fault("retry_after_date", (45,), EVENTS, "Refuses for this minute: Retry-After is a date."),
    Fault("rate_limited", (46,), ALL, "Answers that the requests of this minute are used up."),
    Fault("retry_after_day", (47,), EVENTS, "Refuses: Retry-After: 86400."),
    Fault("retry_after_garbage", (47,), EVENTS, "Refuses: Retry-After: soon."),
    Fault("quota", (48,), ALL, "Answers that the account is overdue or its quota is used up."),
    Fault("expired_token", (49,), ALL,
          "Answers that the credential has expired, even a fresh one."),
    Fault("token_refused", (50,), ("token",), "Refuses to issue a token."),
    Fault("token_down", (50,), ("token",), "Answers requests for a token with a 503 page."),
    Fault("clock_skew", (51,), _WS, "Has a clock that is ten minutes ahead."),
    Fault("redirect", (52,), ALL, "Redirects to another host."),
    Fault("html", (53,), ALL, "Answers 502 with an HTML page, as a proxy in between would."),
    Fault("html_ok", (53,), ALL, "Answers 200 with an HTML page, as a log-in page would."),
    Fault("other_form", (54,), EVENTS, "Streams when not asked to, and the reverse."),
    Fault("error_500", (55,), HTTP, "Answers 500 with an unknown JSON object."),
    Fault("error_500_empty", (55,), HTTP, "Answers 500 with nothing."),
    Fault("unavailable", (55,), ALL, "Answers that the service is down or overloaded."),
    Fault("too_long", (56,), JSON, "Answers that the conversation is too long."),
    Fault("bad_param", (57,), JSON, "Answers that a parameter is out of its range."),
    # Sockets.
    Fault("handshake_401", (58,), _WS, "Refuses the handshake with 401."),
    Fault("handshake_403", (58,), _WS, "Refuses the handshake with 403."),
    Fault("handshake_429", (58,), _WS, "Refuses the handshake with 429."),
    Fault("handshake_503", (58,), _WS, "Refuses the handshake with 503."),
    Fault("bad_accept", (59,), _WS, "Accepts the handshake with a wrong key."),
    Fault("no_upgrade", (59,), _WS, "Answers the handshake with 200 and JSON."),
    Fault("close_1000", (60,), _WS, "Closes normally in mid-answer.", after=3, ending="cut"),
    Fault("close_1001", (61,), _WS, "Closes with 1001 in mid-answer.", after=3, ending="cut"),
    Fault("close_1008", (61,), _WS, "Closes with 1008 in mid-answer.", after=3, ending="cut"),
    Fault("close_1011", (61,), _WS, "Closes with 1011 in mid-answer.", after=3, ending="cut"),
    Fault("close_1013", (61,), _WS, "Closes with 1013 before the answer.", ending="cut"),
    Fault("close_4001", (61,), _WS, "Closes with 4001 in mid-answer.", after=3, ending="cut"),
    Fault("no_pong", (63,), _WS, "Goes silent in mid-answer and answers no ping.",
          after=3, ending="cut"),
    Fault("fragments", (64,), _WS, "Sends each frame in three parts, pings in between."),
    Fault("huge_frame", (66,), _WS, "Announces a frame of 1 TB and begins to send it.",
          after=3, ending="cut"),
    Fault("masked_frame", (67,), _WS, "Masks its frames, as only a client may."),
    Fault("reserved_bits", (67,), _WS, "Sets a reserved bit of a frame in mid-answer."),
    Fault("marker_in_answer", (68,), ("chatglm",), "Says the marker of its own stream.",
          says="前文<^>后文"),
)  # fmt: skip

# Rows of the catalogue that no provider causes: what they are, and the test that has them.
_WIRE: Final = "tests/backends/test_fault_network.py"
_TROUBLE: Final = "tests/backends/test_trouble.py"
ELSEWHERE: Final[dict[int, tuple[str, str]]] = {
    1: ("the host's name is not found", _WIRE),
    2: ("nothing listens at the address: an emulator that is not started", _WIRE),
    3: ("the host does not answer the dial", _WIRE),
    4: ("the certificate is not trusted, for another host, or expired", _WIRE),
    5: ("the proxy is down or asks for a password", "tests/backends/test_proxy.py"),
    69: ("Stop before the headers: --fault silent, and a click", _TROUBLE),
    70: ("Stop in mid-stream: --fault stall, and a click", _TROUBLE),
    71: ("the viewer's tab or network is gone", _TROUBLE),
    72: ("a second click", "tests/browser"),
    73: ("our own process is killed", "tests/usage"),
    74: ("our own store fails", _TROUBLE),
}

BY_NAME: Final[dict[str, Fault]] = {fault.name: fault for fault in ROWS}
FAULTS: Final[dict[str, str]] = {fault.name: fault.sentence for fault in ROWS}
