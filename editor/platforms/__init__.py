"""The outside services and this computer, one file each, behind one protocol."""
