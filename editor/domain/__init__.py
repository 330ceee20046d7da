"""What an edit *is*: geometry, rasters, masks, documents, requests, attempts, receipts, errors.

Everything here is pure: no file, socket, window or process is touched. The only library known is NumPy.
"""
