"""The live preview: plain functions and classes behind ``python -m scripts.preview``."""
