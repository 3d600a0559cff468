"""What is taken by its first bytes, and what is refused (S39): a corpus of small invented files."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.evidence.sniff import FIRST_BYTES, agrees, sniff

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 "
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"
OGG = b"OggS\x00\x02" + bytes(22) + b"OpusHead\x01\x01"
M4A = b"\x00\x00\x00\x20ftypM4A \x00\x00\x02\x00"
MP3 = b"\xff\xfb\x90\x64\x00\x00"
ID3 = b"ID3\x04\x00\x00\x00\x00\x00\x00"
TEXT = b"Am Montag schrieb er: schick mehr.\n"

TAKEN = [
    ("image/jpeg", JPEG, "image/jpeg", "Bildschirmfoto 25.11.2026 um 11.00.jpg"),
    ("image/jpeg", JPEG, "image/pjpeg", "A.JPEG"),
    ("image/jpeg", JPEG, "", None),
    ("image/jpeg", JPEG, "application/octet-stream", "photo"),
    ("image/png", PNG, "image/png", "screen.png"),
    ("image/webp", WEBP, "image/webp", "sticker.webp"),
    ("image/heic", HEIC, "image/heif", "IMG_0001.HEIC"),
    ("image/heic", HEIC, "", "IMG_0001.heic"),
    ("application/pdf", PDF, "application/pdf", "mail.pdf"),
    ("audio/ogg", OGG, "audio/ogg; codecs=opus", "voice.ogg"),
    ("audio/mp4", M4A, "audio/x-m4a", "memo.m4a"),
    ("audio/mpeg", MP3, "audio/mpeg", "call.mp3"),
    ("audio/mpeg", ID3, "audio/mp3", "call.mp3"),
    ("text/plain", TEXT, "text/plain; charset=utf-8", "chat.txt"),
    ("text/plain", b"\xef\xbb\xbf" + TEXT, "text/plain", "chat.txt"),
    ("text/plain", ("ä" * 400).encode()[: FIRST_BYTES + 1], "text/plain", "lang.txt"),
    ("image/png", PNG, "image/png", "\u202egnp.name.png"),
]
REFUSED = [
    ("gif", b"GIF89a", "image/gif", "a.gif"),
    ("zip", b"PK\x03\x04", "application/zip", "a.zip"),
    ("docx named as text", b"PK\x03\x04", "text/plain", "a.txt"),
    ("old office", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword", "a.doc"),
    ("rar", b"Rar!\x1a\x07\x01\x00", "", "a.rar"),
    ("7z", b"7z\xbc\xaf\x27\x1c", "", "a.7z"),
    ("gzip", b"\x1f\x8b\x08\x00", "", "a.gz"),
    ("html", b"<!doctype html><script>", "text/plain", "a.txt"),
    ("html after blanks", b"  \n\t<HTML>", "text/plain", "a.txt"),
    ("html after a byte order mark", b"\xef\xbb\xbf<html>", "text/plain", "a.txt"),
    ("svg", b"<svg xmlns='http://www.w3.org/2000/svg'>", "image/svg+xml", "a.svg"),
    ("xml", b"<?xml version='1.0'?>", "text/plain", "a.txt"),
    ("windows program", b"MZ\x90\x00\x03", "application/octet-stream", "a.exe"),
    ("linux program", b"\x7fELF\x02\x01", "", "a"),
    ("shell script", b"#!/bin/sh\n", "text/plain", "a.txt"),
    ("batch file", b"@echo off\r\n", "text/plain", "a.txt"),
    ("rtf", b"{\\rtf1\\ansi", "text/plain", "a.txt"),
    ("postscript", b"%!PS-Adobe-3.0", "text/plain", "a.txt"),
    ("calendar", b"BEGIN:VCALENDAR", "text/plain", "a.txt"),
    ("saved web page", b"MIME-Version: 1.0\r\n", "text/plain", "a.txt"),
    ("video mp4", b"\x00\x00\x00\x20ftypisom", "video/mp4", "a.mp4"),
    ("video as sound", b"\x00\x00\x00\x20ftypisom", "audio/mp4", "a.m4a"),
    ("avif", b"\x00\x00\x00\x20ftypavif", "image/avif", "a.avif"),
    ("ogg video", b"OggS\x00\x02" + bytes(22) + b"\x80theora", "audio/ogg", "a.ogg"),
    ("wav", b"RIFF\x24\x00\x00\x00WAVE", "audio/wav", "a.wav"),
    ("tiff", b"II*\x00\x08\x00", "image/tiff", "a.tif"),
    ("bmp", b"BM\x36\x00\x0c", "image/bmp", "a.bmp"),
    ("pdf behind other bytes", b"\nhello\n%PDF-1.4\x00", "application/pdf", "a.pdf"),
    ("text with NUL", b"abc\x00def", "text/plain", "a.txt"),
    ("text in UTF-16", "\ufeffhallo".encode("utf-16-le"), "text/plain", "a.txt"),
    ("text in Latin-1", "Müller schrieb".encode("latin-1"), "text/plain", "a.txt"),
    ("blank", b" \n ", "text/plain", "a.txt"),
    ("png called jpeg", PNG, "image/jpeg", "a.png"),
    ("png with another ending", PNG, "image/png", "a.jpg"),
    ("page behind a png name", PNG, "image/png", "a.html"),
    ("program before the ending", PNG, "image/png", "a.exe.png"),
    ("program behind NUL", PNG, "image/png", "a.exe\x00.png"),
    ("program behind a direction mark", JPEG, "image/jpeg", "photo\u202egpj.exe"),
    ("declared as page", JPEG, "text/html", "a.jpg"),
    ("text declared as script", TEXT, "application/javascript", "a.txt"),
    ("macro document by ending", TEXT, "text/plain", "a.docm"),
]


@pytest.mark.parametrize(("media_type", "first", "declared", "name"), TAKEN)
def test_s39_taken(media_type: str, first: bytes, declared: str, name: str | None) -> None:
    found = sniff(first)
    assert found is not None and found.media_type == media_type
    assert agrees(found, declared, name)


@pytest.mark.parametrize(("what", "first", "declared", "name"), REFUSED, ids=[row[0] for row in REFUSED])
def test_s39_refused(what: str, first: bytes, declared: str, name: str) -> None:
    found = sniff(first)
    assert found is None or not agrees(found, declared, name)


def test_s39_the_corpus_has_at_least_forty_files() -> None:
    assert len(TAKEN) + len(REFUSED) >= 40


@settings(deadline=None)
@given(first=st.binary(max_size=600), declared=st.text(max_size=30), name=st.none() | st.text(max_size=40))
def test_s40_any_bytes_give_an_answer_and_only_512_are_looked_at(first: bytes, declared: str, name: str | None) -> None:
    found = sniff(first)
    assert found == sniff(first[:FIRST_BYTES])
    if found is not None:
        assert agrees(found, declared, name) in (True, False)
