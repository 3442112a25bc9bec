"""Files made for the tests: real ones by real libraries, wicked ones by hand."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from PIL import Image
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pypdf import PdfReader, PdfWriter

OOXML = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "docx": ("word/document.xml", OOXML + "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", OOXML + "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", OOXML + "presentationml.presentation.main+xml"),
}


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (64, 48), taken: str | None = None, orientation: int = 0
) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    if orientation:
        exif[0x0112] = orientation
    options = {"exif": exif.tobytes()} if taken or orientation else {}
    Image.new("RGB", size, "green").save(out, kind, **options)
    return out.getvalue()


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def heic(
    width: int,
    height: int,
    taken: str | None = None,
    *,
    maker: str = "apple",
    turned: int = 0,
    version: int = 1,
    data_head: str = "short",
    in_idat: bool = False,
    leading: bytes = b"\0\0\0\0",
    between: bytes = b"",
) -> bytes:
    """A photo of tiles, box by box as phones write it.

    An apple's ``meta`` stands before the image data, a samsung's behind it. ``turned`` counts quarter turns,
    ``version`` is that of ``iloc``, ``data_head`` how long ``mdat`` says it is (short, long, rest of the file), and
    ``between`` stands behind the head.
    """
    exif = Image.Exif()
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    block = leading + exif.tobytes().removeprefix(b"Exif\0\0")
    tiles, head = b"tile" * 64, box(b"ftyp", b"heic\0\0\0\0mif1heic") + between
    data = tiles + (b"" if in_idat else block)
    packed = {"short": box(b"mdat", data), "long": _long_box(b"mdat", data), "rest": b"\0\0\0\0mdat" + data}[data_head]
    body = len(packed) - len(data)

    def meta(before: int) -> bytes:
        at = before + body
        exif_place = (1, 0, len(block)) if in_idat else (0, at + len(tiles), len(block))
        places = {1: (0, at, 128), 2: (0, at + 128, 128), 9: (1, len(block), 8), 10: exif_place}
        sizes = box(b"ispe", struct.pack(">III", 0, 512, 512)) + box(b"ispe", struct.pack(">III", 0, width, height))
        properties = box(b"ipco", sizes + box(b"irot", bytes([turned])))
        named = (
            struct.pack(">IHBB", 3, 1, 1, 0x81) + struct.pack(">HBB", 2, 1, 0x81) + struct.pack(">HBBB", 9, 2, 2, 0x83)
        )
        return box(
            b"meta",
            b"\0\0\0\0"
            + box(b"hdlr", bytes(8) + b"pict" + bytes(13))
            + box(b"pitm", struct.pack(">IH", 0, 9))
            + _items({1: b"hvc1", 2: b"hvc1", 9: b"grid", 10: b"Exif"})
            + _places(places, version)
            + box(b"iprp", properties + box(b"ipma", b"\0\0\0\0" + named))
            + box(b"idat", (block if in_idat else bytes(len(block))) + bytes(8)),
        )

    if maker == "samsung":
        return head + packed + meta(len(head))
    # The places of the data depend on the length of what says them, which they do not change.
    return head + meta(len(head) + len(meta(0))) + packed


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", 8 + len(data)) + kind + data


def _long_box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4sQ", 1, kind, 16 + len(data)) + data


def _items(kinds: Mapping[int, bytes]) -> bytes:
    entries = b"".join(
        box(b"infe", b"\2\0\0\0" + struct.pack(">HH", item, 0) + kind + b"\0") for item, kind in kinds.items()
    )
    return box(b"iinf", b"\0\0\0\0" + struct.pack(">H", len(kinds)) + entries)


def _places(places: Mapping[int, tuple[int, int, int]], version: int) -> bytes:
    wide = "I" if version == 2 else "H"
    said = bytes([version, 0, 0, 0]) + b"\x44\x40" + struct.pack(f">{wide}", len(places))
    for item, (method, offset, length) in places.items():
        said += struct.pack(f">{wide}", item) + (struct.pack(">H", method) if version else b"")
        # Half of the place stands in the base of the item.
        said += struct.pack(">HIHII", 0, offset // 2, 1, offset - offset // 2, length)
    return box(b"iloc", said)


def pdf(*pages: str, note: str | None = None) -> bytes:
    """A PDF with a text layer that knows all letters: every character is a glyph of its own with a ToUnicode entry."""
    letters = sorted(set("".join(pages)) - {"\n"})
    codes = {letter: index + 1 for index, letter in enumerate(letters)}
    entries = "".join(f"<{codes[letter]:04X}> <{ord(letter):04X}>\n" for letter in letters)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(letters)} beginbfchar\n{entries}endbfchar endcmap end end"
    )
    objects: list[bytes] = []

    def add(body: str, stream: bytes | None = None) -> int:
        content = body.encode()
        if stream is not None:
            content = b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream"
        objects.append(content)
        return len(objects)

    add("<< /Type /Catalog /Pages 2 0 R >>")
    add("")  # the pages, known at the end
    unicode = add("", cmap.encode())
    descendant = add("<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 600 "
                     "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>")  # fmt: skip
    font = add(f"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H "
               f"/DescendantFonts [{descendant} 0 R] /ToUnicode {unicode} 0 R >>")  # fmt: skip
    kids = []
    for text in pages:
        lines = ["".join(f"{codes[letter]:04X}" for letter in line) for line in text.split("\n")]
        drawn = "BT /F 14 Tf 16 TL 60 780 Td " + " ".join(f"<{line}> Tj T*" for line in lines) + " ET"
        content = add("", drawn.encode())
        notes = f"/Annots [<< /Type /Annot /Subtype /Stamp /Rect [0 0 9 9] /Contents ({note}) >>]" if note else ""
        kids.append(add(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {notes} "
                        f"/Resources << /Font << /F {font} 0 R >> >> /Contents {content} 0 R >>"))  # fmt: skip
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>".encode()
    return assembled(objects)


def assembled(objects: Sequence[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def stamped_pdf(words: str) -> bytes:
    """A page that shows the words only in the drawing of a stamp laid over it."""
    font = b"<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    drawn = b"BT /F 9 Tf (" + words.encode("ascii") + b") Tj ET"
    return assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Resources << >> /Annots [4 0 R] >>",
            b"<< /Type /Annot /Subtype /Stamp /Rect [0 0 9 9] /AP << /N 5 0 R >> >>",
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources "
            + font
            + b" /Length %d >>\n" % len(drawn)
            + b"stream\n"
            + drawn
            + b"\nendstream",
        ]
    )


def locked_pdf(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("MẬT"))))
    writer.encrypt(user_password=password, owner_password="office", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


class Signer:
    """Somebody with a certificate of their own making."""

    def __init__(self, name: str) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        unused = ["key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"]
        uses = dict.fromkeys([*unused, "encipher_only", "decipher_only"], False)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(who)
            .issuer_name(who)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=365))
            .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **uses), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.certificate = certificate.public_bytes(serialization.Encoding.PEM)
        packed = serialization.pkcs12.serialize_key_and_certificates(
            b"key", key, certificate, None, serialization.NoEncryption()
        )
        signer = SimpleSigner.load_pkcs12_data(packed, other_certs=[])
        assert signer is not None
        self._signer = signer

    def sign(self, document: bytes, field: str) -> bytes:
        writer = IncrementalPdfFileWriter(io.BytesIO(document))
        signed = signers.sign_pdf(writer, signers.PdfSignatureMetadata(field_name=field), signer=self._signer)
        return bytes(signed.getvalue())


def package(kind: str, parts: Mapping[str, str | bytes], *, main: str = "<x/>") -> bytes:
    path, content_type = MAIN[kind]
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{path}" ContentType="{content_type}"/></Types>'
    )
    return zipped({"[Content_Types].xml": types, path: main, **parts})


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def document(*paragraphs: str) -> str:
    """The main part of a .docx; "|" parts the runs of a paragraph."""
    body = "".join(
        "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in paragraph.split("|")) + "</w:p>"
        for paragraph in paragraphs
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="urn:w"><w:body>{body}</w:body></w:document>'


def compound(*names: str, content: bytes = b"") -> bytes:
    """An OLE file with streams of these names; the first one begins with the content."""
    body = content.ljust(max(512, -(-len(content) // 512) * 512), b"\0")
    directories = -(-(len(names) + 1) // 4)
    fat = [0xFFFFFFFD, *range(2, 1 + directories), 0xFFFFFFFE]
    start = len(fat)
    fat += [*range(start + 1, start + len(body) // 512), 0xFFFFFFFE]
    entries = b"".join(_entry(name, start if name == names[0] else 0xFFFFFFFE) for name in ("Root Entry", *names))
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIII", header, 44, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", *fat, *[0xFFFFFFFF] * (128 - len(fat)))
    return bytes(header) + table + entries.ljust(directories * 512, b"\0") + body


def _entry(name: str, start: int) -> bytes:
    entry = bytearray(128)
    written = name.encode("utf-16-le")
    entry[: len(written)] = written
    struct.pack_into("<HBB", entry, 64, len(written) + 2, 2, 1)
    struct.pack_into("<I", entry, 116, start)
    return bytes(entry)
