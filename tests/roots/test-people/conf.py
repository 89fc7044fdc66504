project = "people"
extensions = ["myst_parser", "people"]
myst_enable_extensions = ["colon_fence"]
html_theme = "basic"
