"""iFlytek: Spark over WebSocket and HTTP, image understanding, dictation, the document reader."""
