"""Local HTTP servers that speak the contract of each platform, with scripted faults."""
