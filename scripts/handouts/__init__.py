"""What clinics and the site need around the handouts.

``python -m scripts.handouts --clinic clinic.toml`` prints a clinic's own handouts
(:mod:`scripts.handouts.clinic`); ``python -m scripts.handouts record`` notes which
handouts have changed (:mod:`scripts.handouts.ledger`). The build of the site lists
them on a page, for programs and in a feed (:mod:`scripts.handouts.listing`), and
keeps the addresses on printed paper alive (:mod:`scripts.handouts.short_paths`).
"""
