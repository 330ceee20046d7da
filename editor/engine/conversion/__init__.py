"""Networks of other formats, rewritten as ONNX files with their weights stored in half precision."""
