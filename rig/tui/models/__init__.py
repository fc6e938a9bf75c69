"""What the screens of the workflow show, as frozen data and pure functions: no Textual, no hardware."""
