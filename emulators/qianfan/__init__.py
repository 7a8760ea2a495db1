"""Baidu Qianfan, v1 and v2, and its two token services."""
