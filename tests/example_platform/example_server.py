"""The invented service on this computer, for the tests of its platform."""

from __future__ import annotations

from dataclasses import replace

from editor.simulator import painting, pictures
from editor.simulator.connection import Answer, Delivery, Request
from editor.simulator.multipart import MalformedFormError, parse_form
from editor.simulator.pictures import NotAPictureError
from editor.simulator.scripts import Script
from editor.simulator.server import DELIVERIES, SimulatedServer, common_fault, json_answer, new_id

FAULTS = {
    Script.BAD_KEY: (401, "unknown key"),
    Script.OUT_OF_CREDIT: (402, "no credits"),
    Script.RATE_LIMIT: (429, "slow down"),
    Script.REFUSAL: (422, "not allowed"),
    Script.REFUSAL_BEFORE: (422, "not allowed"),
    Script.SERVER_ERROR: (500, "broken"),
    Script.FAILED_RUN: (500, "broken"),
    Script.GONE: (404, "no such address"),
    Script.TOO_LARGE: (413, "too large"),
}


class ExampleServer(SimulatedServer):
    """``https://api.example.com`` with one key."""

    platform = "example"

    def __init__(self, *, key: str = "example-key-0123456789") -> None:
        super().__init__(key=key)
        self._runs = 0

    @property
    def runs(self) -> int:
        return self._runs

    @property
    def base_url(self) -> str:
        return self.origin

    def answer(self, request: Request) -> Answer:
        refused = self.refusal_of_key()
        if refused is not None or request.headers.get("x-example-key") != self.key:
            return refused or json_answer(401, {"error": "unknown key"})
        if (request.method, request.path) == ("GET", "/v1/account"):
            return json_answer(200, {"credits": 12})
        if (request.method, request.path) == ("POST", "/v1/erase"):
            return self._erased(request)
        return json_answer(404, {"error": "no such address"})

    def fault(self, script: Script) -> Answer | None:
        if script not in FAULTS:
            return common_fault(Script.HANG if script is Script.STUCK else script)
        status, word = FAULTS[script]
        headers = {"retry-after": "30"} if status == 429 else {}
        return json_answer(status, {"error": word}, headers=headers)

    def _erased(self, request: Request) -> Answer:
        try:
            parts = {part.name: part for part in parse_form(request.headers.get("content-type", ""), request.body)}
            if not {"image", "mask"} <= set(parts) <= {"image", "mask", "seed"}:
                return json_answer(400, {"error": f"fields: {', '.join(sorted(parts))}"})
            image, mask = (pictures.decode(parts[name].data) for name in ("image", "mask"))
        except (MalformedFormError, NotAPictureError):
            return json_answer(400, {"error": "malformed"})
        if image.size != mask.size or min(image.size) < 16 or max(image.size) > 2048:
            return json_answer(400, {"error": "size"})
        script = self.take()
        fault = self.fault(script)
        return fault or self._delivered(script, pictures.colours(image), pictures.coverage(mask, mask.size))

    def _delivered(self, script: Script, image: pictures.Array, mask: pictures.Array) -> Answer:
        with self._lock:
            self._runs += 1
        self.charge()
        encoded = pictures.encode(painting.staged(script, image, mask), "png", script=script)
        headers = {"content-type": encoded.media_type, "x-request-id": new_id()}
        whole = Answer(status=200, body=encoded.data, headers=headers)
        return replace(whole, delivery=DELIVERIES.get(script, Delivery.WHOLE))
