"""Image Editor: a desktop image editor whose AI edits never stop for want of one platform."""

__version__ = "0.1.0"

APPLICATION_ID = "io.github.image_editor.ImageEditor"
DISPLAY_NAME = "Image Editor"
