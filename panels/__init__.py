"""What both user interfaces show, without a toolkit: words, knobs, figures, code to copy.

Import the modules by name (`from panels import words, knobs`); importing them loads neither
gradio nor streamlit.
"""
