"""A desk that plays FAL's queue where no simulated fault fits."""

from __future__ import annotations

from editor.imaging.codec import encode_png

FIRST = "/fal-ai/object-removal/mask"
SECOND = "/fal-ai/bria/eraser"


class Play:
    """Answers as FAL's queue: ``submit`` by path, ``statuses`` one after the other, ``result`` of the finished run.

    An answer is status, document and headers; a list of them is given one after the other.
    """

    def __init__(self, desk, edit):
        self.desk, self.edit = desk, edit
        self.submit = {}
        self.statuses = [(200, {"status": "COMPLETED"})]
        self.result = (200, {"images": [{"url": f"{desk.base}/out.png"}]}, {"x-fal-billable-units": "2"})
        self.links = {
            "status_url": f"{desk.base}/told/status",
            "response_url": f"{desk.base}/told/result",
            "cancel_url": f"{desk.base}/told/cancel",
        }
        desk.answer = self.answer

    def answer(self, method, path, headers, body):
        if method == "POST" and path.startswith("/fal-ai/"):
            return _next(self.submit.get(path, (200, {"request_id": "q1", "status": "IN_QUEUE", **self.links})))
        if path.partition("?")[0].endswith("/status"):
            return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if path == "/out.png":
            return 200, encode_png(self.edit.image)
        if path.endswith("/cancel"):
            return 202, {"status": "CANCELLATION_REQUESTED"}
        return _next(self.result)

    @property
    def submits(self):
        """The endpoints of every submit, in order."""
        return [path for method, path, _, _ in self.desk.requests if method == "POST" and path.startswith("/fal-ai/")]


def _next(answers):
    """An answer, or of a list the first as long as there are others after it."""
    if isinstance(answers, list):
        return answers.pop(0) if len(answers) > 1 else answers[0]
    return answers


def objection(*fields, kind="value_error", **context):
    """A 422 about fields of the request."""
    entries = [{"loc": ["body", field], "msg": "not so", "type": kind, "ctx": context} for field in fields]
    return 422, {"detail": entries}, {"x-fal-billable-units": "0", "x-fal-request-id": "q1"}
