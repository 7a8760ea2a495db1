"""The gate in front of both apps: who may come in, by which door, with how much.

An ASGI layer around an app that another framework made. It knows neither Gradio's nor Streamlit's
code, only the list of paths that each of their pages needs.
"""

from gate.arrival import Arrival
from gate.asgi import Gate
from gate.frameworks import GRADIO, STREAMLIT, Framework, Route
from gate.policy import MODES, Limits, Mode, Policy, is_loopback, policy
from gate.serve import serve

__all__ = [
    "GRADIO",
    "MODES",
    "STREAMLIT",
    "Arrival",
    "Framework",
    "Gate",
    "Limits",
    "Mode",
    "Policy",
    "Route",
    "is_loopback",
    "policy",
    "serve",
]
