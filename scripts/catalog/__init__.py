"""The work of translators: plain functions behind ``python -m scripts.catalogs``."""
