"""The transport over real sockets, faults included."""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct

import pytest

from editor.domain.clock import SystemClock
from editor.domain.errors import BadResult, MaybeRunning, PlatformError, Unavailable
from editor.transport.http import Transport
from editor.transport.message import Part

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n"


def run(scenario):
    """Run ``scenario(transport)`` on a loop of its own."""

    async def whole():
        transport = Transport(clock=SystemClock(), version="1.2")
        try:
            return await scenario(transport)
        finally:
            await transport.aclose()

    return asyncio.run(whole())


def post(serve, script, *, billable=True, deadline=5.0, content=b"x" * 100, **options):
    """POST to a server that runs ``script`` and return the answer or raise."""

    async def scenario(transport):
        async with serve(script) as base:
            return await transport.send(
                "POST", base, peer="Peer", deadline=deadline, billable=billable, content=content, **options
            )

    return run(scenario)


def test_the_answer_comes_back_whole(serve, request_of):
    async def script(reader, writer):
        head, body = await request_of(reader)
        assert b"user-agent: image-editor/1.2" in head.lower()
        assert b"accept-encoding: identity" in head.lower()
        assert body == b"x" * 100
        writer.write(ANSWER + b'{"name": "yes"}')
        await writer.drain()

    sent = []
    answer = post(serve, script, on_sent=lambda: sent.append(True))
    assert (answer.status, answer.json_object(), answer.media_type) == (200, {"name": "yes"}, "application/json")
    assert sent == [True]


def test_parts_are_multipart_even_without_a_file(serve, request_of):
    async def script(reader, writer):
        head, body = await request_of(reader)
        assert b"multipart/form-data; boundary=" in head
        assert b'name="grow_mask"\r\n\r\n0\r\n' in body
        assert b'name="image"; filename="image.png"\r\nContent-Type: image/png' in body
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    parts = [Part("grow_mask", "0"), Part("image", b"bytes", "image.png", "image/png")]
    assert post(serve, script, content=None, parts=parts).status == 204


def test_how_much_has_left_is_told_on_the_way(serve, request_of):
    async def script(reader, writer):
        head, body = await request_of(reader)
        assert b"transfer-encoding" not in head.lower(), "the length is told beforehand"
        assert body.count(b"x") >= 1_000_000
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    told = []
    parts = [Part("image", b"x" * 1_000_000, "image.png", "image/png"), Part("seed", "5")]
    answer = post(serve, script, content=None, parts=parts, on_upload=told.append, on_sent=lambda: told.append("sent"))
    assert answer.status == 204
    shares = told[:-1]
    assert told[-1] == "sent"
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len([share for share in shares if 0.1 < share < 0.9]) > 5


def test_what_has_not_left_is_not_told(serve):
    async def script(reader, writer):
        await reader.read(1024)
        await asyncio.sleep(30)

    told = []
    with pytest.raises(Unavailable) as caught:
        post(serve, script, content=b"x" * 50_000_000, deadline=0.3, on_upload=told.append)
    assert caught.value.surely_not_accepted
    assert told[-1] < 0.9


def test_what_is_not_json_is_none(serve, request_of):
    async def script(reader, writer):
        await request_of(reader)
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>")

    answer = post(serve, script)
    assert (answer.status, answer.json(), answer.json_object(), answer.text) == (502, None, {}, "<html>")


def test_nobody_listening_is_surely_not_accepted():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Unavailable) as caught:
            run(lambda transport: transport.send("POST", address, peer="Peer", deadline=5, billable=True))
    assert caught.value.surely_not_accepted
    assert caught.value.message == "Peer could not be reached. Check the internet connection."


async def _close_before_reading(reader, writer):
    writer.transport.abort()


async def _reset_after_the_request(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(100)
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def _short_body(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(100)
    writer.write(ANSWER + b'{"na')
    await writer.drain()


async def _stall(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(100)
    await asyncio.Event().wait()


async def _drip(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(100)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def _not_http(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(100)
    writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
    await writer.drain()


SENT_WITHOUT_ANSWER = [_reset_after_the_request, _short_body, _stall, _drip, _not_http]


@pytest.mark.parametrize("script", SENT_WITHOUT_ANSWER, ids=lambda script: script.__name__)
def test_sent_without_a_whole_answer_may_be_running(serve, script):
    with pytest.raises(MaybeRunning, match="may have been charged"):
        post(serve, script, deadline=0.3)


@pytest.mark.parametrize("script", SENT_WITHOUT_ANSWER, ids=lambda script: script.__name__)
def test_what_costs_nothing_is_only_unavailable(serve, script):
    with pytest.raises(Unavailable) as caught:
        post(serve, script, deadline=0.3, billable=False)
    assert not caught.value.surely_not_accepted


def test_a_request_cut_off_while_it_is_sent_was_surely_not_accepted(serve):
    async def script(reader, writer):
        await reader.read(1000)
        writer.transport.abort()

    with pytest.raises(Unavailable) as caught:
        post(serve, script, content=b"x" * 30_000_000)
    assert caught.value.surely_not_accepted


def test_a_peer_that_never_reads_is_given_up_at_the_deadline(serve):
    async def script(reader, writer):
        await asyncio.Event().wait()

    with pytest.raises(Unavailable) as caught:
        post(serve, script, content=b"x" * 30_000_000, deadline=0.3)
    assert caught.value.surely_not_accepted


def test_an_early_refusal_is_read_though_the_request_was_not_taken_whole(serve):
    async def script(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        while await reader.read(1 << 20):
            pass

    assert post(serve, script, content=b"x" * 3_000_000).status == 413


def test_a_refusal_counts_even_where_its_body_is_cut_off(serve, request_of):
    async def script(reader, writer):
        await request_of(reader)
        writer.write(b"HTTP/1.1 402 Payment Required\r\nContent-Length: 500\r\n\r\n{")
        await writer.drain()

    assert post(serve, script).status == 402


def test_too_long_an_answer_is_stopped(serve, request_of):
    async def script(reader, writer):
        await request_of(reader)
        packed = gzip.compress(bytes(5_000_000))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed)
        await writer.drain()

    with pytest.raises(BadResult, match="more data"):
        post(serve, script, max_bytes=1_000_000)


def test_cancelling_leaves_at_once_and_the_transport_goes_on(serve, request_of):
    async def scenario(transport):
        async with serve(_stall) as base:
            call = transport.send("POST", base, peer="Peer", deadline=60, content=b"x" * 100)
            task = asyncio.ensure_future(call)
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        async def good(reader, writer):
            await request_of(reader)
            writer.write(ANSWER + b'{"name": "yes"}')
            await writer.drain()

        async with serve(good) as base:
            return await transport.send("GET", base, peer="Peer", deadline=5)

    assert run(scenario).status == 200


def test_one_transport_serves_one_loop_after_another(serve, request_of):
    async def script(reader, writer):
        await request_of(reader)
        writer.write(ANSWER + b'{"name": "yes"}')
        await writer.drain()

    transport = Transport(clock=SystemClock(), version="1.2")

    async def scenario():
        async with serve(script) as base:
            return (await transport.send("GET", base, peer="Peer", deadline=5)).status

    async def closing():
        await scenario()
        await transport.aclose()

    assert asyncio.run(scenario()) == 200
    asyncio.run(closing())


def test_loopback_is_reached_without_the_proxy(serve, request_of, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    async def script(reader, writer):
        await request_of(reader)
        writer.write(ANSWER + b'{"name": "yes"}')
        await writer.drain()

    assert post(serve, script).status == 200


def test_other_hosts_go_through_the_proxy_and_its_refusal_is_told(serve, monkeypatch):
    async def script(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async def scenario(transport):
        async with serve(script) as base:
            monkeypatch.delenv("https_proxy", raising=False)
            monkeypatch.setenv("HTTPS_PROXY", base)
            monkeypatch.delenv("NO_PROXY", raising=False)
            monkeypatch.delenv("no_proxy", raising=False)
            await transport.send("POST", "https://platform.example/x", peer="Peer", deadline=5, billable=True)

    with pytest.raises(Unavailable, match="the proxy refused") as caught:
        run(scenario)
    assert caught.value.surely_not_accepted, "what opened the tunnel is not the request"


def test_a_proxy_that_cannot_be_used_is_a_sentence(monkeypatch):
    monkeypatch.delenv("https_proxy", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "gopher://127.0.0.1:1")
    with pytest.raises(Unavailable, match="proxy"):
        run(lambda transport: transport.send("GET", "https://platform.example/", peer="Peer", deadline=5))


def test_a_key_that_cannot_be_a_header_never_shows():
    with pytest.raises(PlatformError) as caught:
        run(
            lambda transport: transport.send(
                "GET", "http://127.0.0.1:9/", peer="Peer", deadline=5, headers={"authorization": "Bearer schlüssel–1"}
            )
        )
    assert "schl" not in caught.value.message + caught.value.detail


def test_a_call_does_not_follow_a_redirect(serve, request_of):
    async def script(reader, writer):
        await request_of(reader)
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /else\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    assert post(serve, script).status == 302


def _download(serve, script, path="/", **options):
    async def scenario(transport):
        async with serve(script) as base:
            return await transport.download(base + path, peer="Peer", deadline=5, **options)

    return run(scenario)


def test_a_download_follows_redirects_and_leaves_the_key_behind(serve, request_of):
    heads = []

    async def script(reader, writer):
        head, _ = await request_of(reader)
        heads.append(head.lower())
        if head.startswith(b"GET /first"):
            writer.write(b"HTTP/1.1 302 Found\r\nLocation: /second\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbyte")
        await writer.drain()

    assert _download(serve, script, "/first", headers={"authorization": "Bearer abc"}) == b"byte"
    assert b"authorization" in heads[0]
    assert b"authorization" not in heads[1]


def test_a_download_does_not_follow_to_an_insecure_address(serve, request_of):
    async def script(reader, writer):
        await request_of(reader)
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://pictures.example/a\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    with pytest.raises(BadResult, match="not secure"):
        _download(serve, script)


def test_a_download_goes_round_in_circles_only_so_often(serve, request_of):
    async def script(reader, writer):
        await request_of(reader)
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()

    with pytest.raises(Unavailable):
        _download(serve, script)


@pytest.mark.parametrize("address", ["http://pictures.example/a.png", "ftp://127.0.0.1/a", "file:///etc/passwd", "x"])
def test_only_secure_addresses_are_downloaded_from(address):
    with pytest.raises(BadResult):
        run(lambda transport: transport.download(address, peer="Peer", deadline=5))


def test_a_picture_that_is_gone_says_so(serve, request_of):
    async def script(reader, writer):
        await request_of(reader)
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    with pytest.raises(Unavailable) as caught:
        _download(serve, script)
    assert caught.value.status == 404
