"""The service example.com, which does not exist: one multipart call, answered with the picture."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from editor.domain.errors import PlatformError
from editor.domain.kinds import Phase
from editor.platforms.answers import Refusal, header_wait, is_html, plain_text
from editor.platforms.cloud import CloudPlatform
from editor.platforms.errand import Errand, Stage
from editor.platforms.model import Model
from editor.platforms.orders.order import Delivery, Order
from editor.transport.message import Part, Response


class ExamplePlatform(CloudPlatform):
    """Erases what a mask marks. An edit that was sent cannot be stopped."""

    id = "example"
    name = "Example"
    label = "tidy"
    error_prefix = "Example API error"
    home = "https://api.example.com"
    key_variables = ("EXAMPLE_API_KEY",)
    key_page = "https://example.com/keys"
    billing_page = "https://example.com/credits"

    @classmethod
    def catalogue_text(cls) -> str:
        """The tables beside this file."""
        return files(__name__).joinpath("catalogue.toml").read_text("utf-8")

    async def check_key(self, key: str) -> str:
        """Ask for the account, which costs nothing."""
        key = self._usable(key)
        answer = await self._call(key, "GET", self._address.url("v1/account"))
        if not answer.ok:
            raise self._refused(answer, key)
        return f"The key works. {answer.json_object().get('credits', 'Some')} credits left."

    def _authorization(self, key: str) -> Mapping[str, str]:
        return {"x-example-key": key}

    def _picture_bytes(self) -> int | None:
        return self._entry.request_bytes

    async def _execute(self, errand: Errand, model: Model, order: Order) -> Delivery:
        parts = [Part(sent.field, sent.data, sent.file_name, sent.media_type) for sent in order.pictures]
        parts += [Part(name, str(value)) for name, value in order.values.items()]
        errand.say(Phase.UPLOADING)
        url, seconds = self._address.url(model.endpoint), self._remaining(errand)
        answer = await self._call(
            errand.key, "POST", url, parts=parts, deadline=seconds, billable=True, on_sent=errand.sent
        )
        if not answer.ok:
            raise self._refused(answer, errand.key, sent=errand.request.options.texts)
        errand.stage = Stage.DONE
        return Delivery(pictures=(answer.body,), request_id=answer.headers.get("x-request-id"), seed=order.seed)

    def _refused(self, answer: Response, key: str, *, sent: tuple[str, ...] = ()) -> PlatformError:
        """``{"error": word}``: of the service's words only one differs from what the status says."""
        word = str(answer.json_object().get("error", ""))
        text = plain_text(answer, key, found=word, sent=sent)
        refusal = Refusal(name=self.name, billing_page=self.billing_page, status=answer.status, text=text)
        if word == "not allowed":
            return refusal.content()
        return refusal.by_status(wait=header_wait(answer), html=is_html(answer))
