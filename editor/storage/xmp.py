"""XMP packets: reading and changing properties without touching the others.

Source: XMP Specification, part 1 (ISO 16684-1), section 7: a packet is RDF/XML in which every property stands as an
attribute or an element of an ``rdf:Description``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from xml.dom import minidom
from xml.parsers import expat

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
META = "adobe:ns:meta/"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
DUBLIN_CORE_TERMS = "http://purl.org/dc/terms/"

_XMLNS = "http://www.w3.org/2000/xmlns/"
_PACKET_ID = "W5M0MpCehiHzreSzNTczkc9d"
_DEEPEST = 100
_MOST_NODES = 100_000
_EMPTY = f'<x:xmpmeta xmlns:x="{META}"><rdf:RDF xmlns:rdf="{RDF}"><rdf:Description rdf:about=""/></rdf:RDF></x:xmpmeta>'

Property = tuple[str, str]
"""A namespace and a name in it."""


class UnreadableXmp(ValueError):
    """The bytes are no XMP packet, or one that declares a document type, which could swell without bounds."""


class XmpPacket:
    """One packet. What is not asked to change stays, in its order, with its prefixes."""

    def __init__(self, raw: bytes | None = None) -> None:
        """Raises :class:`UnreadableXmp`. Without ``raw``, a packet without properties."""
        self._document = _parsed((raw or _EMPTY.encode()).strip(b"\0 \t\r\n"))
        roots = self._document.getElementsByTagNameNS(RDF, "RDF")
        if not roots:
            raise UnreadableXmp("no RDF")
        self._rdf = roots[0]

    def value(self, key: Property) -> str | None:
        """The text of a simple property, None where there is none."""
        for description in self._descriptions():
            if description.hasAttributeNS(*key):
                return str(description.getAttributeNS(*key))
        for element in self._elements():
            if _key(element) == key:
                return _text(element)
        return None

    def items(self, key: Property) -> tuple[str, ...]:
        """The texts of an array."""
        found = (element for element in self._elements() if _key(element) == key)
        return tuple(_text(item) for element in found for item in element.getElementsByTagNameNS(RDF, "li"))

    def set_value(self, key: Property, text: str, *, prefix: str) -> None:
        """Give a simple property the value ``text`` in the place of what it had."""
        self.remove(lambda found: found == key)
        self._added(key, prefix).appendChild(self._document.createTextNode(text))

    def set_items(self, key: Property, texts: Sequence[str], *, prefix: str) -> None:
        """Make a property an ordered array of ``texts`` in the place of what it had."""
        self.remove(lambda found: found == key)
        sequence = self._added(key, prefix).appendChild(self._new(RDF, "rdf:Seq"))
        for text in texts:
            sequence.appendChild(self._new(RDF, "rdf:li")).appendChild(self._document.createTextNode(text))

    def remove(self, unwanted: Callable[[Property], bool]) -> bool:
        """Take out the properties that ``unwanted`` says; whether there was one."""
        removed = False
        for description in self._descriptions():
            for attribute in _attributes(description):
                if unwanted(_key(attribute)):
                    description.removeAttributeNode(attribute)
                    removed = True
        for element in self._elements():
            if unwanted(_key(element)):
                _remove(element)
                removed = True
        return removed

    def remove_inside(self, unwanted: Callable[[Property], bool]) -> bool:
        """Take out what ``unwanted`` says at any depth: fields of structures too; whether there was one."""
        removed = self.remove(unwanted)
        for top in self._elements():
            for element in (top, *top.getElementsByTagName("*")):
                for attribute in _attributes(element):
                    if unwanted(_key(attribute)):
                        element.removeAttributeNode(attribute)
                        removed = True
                if element is not top and element.parentNode is not None and unwanted(_key(element)):
                    _remove(element)
                    removed = True
        return removed

    def sizes(self) -> dict[Property, int]:
        """About how many bytes each property takes."""
        found: dict[Property, int] = {}
        for description in self._descriptions():
            for attribute in _attributes(description):
                found[_key(attribute)] = found.get(_key(attribute), 0) + len(attribute.value.encode())
        for element in self._elements():
            found[_key(element)] = found.get(_key(element), 0) + len(element.toxml().encode("utf-8", "replace"))
        return found

    def absorb(self, other: XmpPacket) -> None:
        """Add the properties of another packet."""
        for description in other._descriptions():
            copy = self._document.importNode(description, True)
            node: object = description
            # Prefixes that were declared further out have to come along.
            while isinstance(node, minidom.Element):
                for attribute in tuple(node.attributes.values()):
                    if attribute.namespaceURI == _XMLNS and not copy.hasAttribute(attribute.name):
                        copy.setAttributeNS(_XMLNS, attribute.name, attribute.value)
                node = node.parentNode
            self._rdf.appendChild(copy)

    @property
    def empty(self) -> bool:
        """Whether it holds no property."""
        return not self.sizes()

    def as_bytes(self, *, wrapped: bool = True) -> bytes:
        """The packet in UTF-8, ``wrapped`` with the marks by which other programs find it in any file."""
        for description in self._descriptions():
            self._keep_line_breaks(description)
        nodes = [node for node in self._document.childNodes if wrapped or isinstance(node, minidom.Element)]
        text = "".join(node.toxml() for node in nodes)
        if wrapped and "<?xpacket" not in text:
            text = f'<?xpacket begin="\ufeff" id="{_PACKET_ID}"?>\n{text}\n<?xpacket end="w"?>'
        return text.encode("utf-8", "replace")

    def _keep_line_breaks(self, description: minidom.Element) -> None:
        """An attribute with a line break would be read back with a space in its place; an element keeps it."""
        for attribute in _attributes(description):
            if any(mark in attribute.value for mark in "\n\r\t"):
                key, prefix, text = _key(attribute), attribute.prefix or "ns", attribute.value
                description.removeAttributeNode(attribute)
                self._added(key, prefix).appendChild(self._document.createTextNode(text))

    def _descriptions(self) -> tuple[minidom.Element, ...]:
        return tuple(node for node in _children(self._rdf) if _key(node) == (RDF, "Description"))

    def _elements(self) -> tuple[minidom.Element, ...]:
        return tuple(element for description in self._descriptions() for element in _children(description))

    def _added(self, key: Property, prefix: str) -> minidom.Element:
        descriptions = self._descriptions()
        if descriptions:
            description = descriptions[0]
        else:
            description = self._rdf.appendChild(self._new(RDF, "rdf:Description"))
            description.setAttributeNS(RDF, "rdf:about", "")
        return description.appendChild(self._new(key[0], f"{prefix}:{key[1]}"))

    def _new(self, namespace: str, name: str) -> minidom.Element:
        element = self._document.createElementNS(namespace, name)
        # Declared where it is used: the prefix may stand for something else further out.
        element.setAttributeNS(_XMLNS, f"xmlns:{name.partition(':')[0]}", namespace)
        return element


def _parsed(raw: bytes) -> minidom.Document:
    _require_harmless(raw)
    try:
        return minidom.parseString(raw)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UnreadableXmp(str(error)) from error


def _require_harmless(raw: bytes) -> None:
    """Refuse declarations of a document type, whose entities could swell, and nesting and numbers beyond any use."""
    parser, depth, nodes = expat.ParserCreate(), 0, 0

    def refused(*_: object) -> None:
        raise UnreadableXmp("a document type is declared")

    def counted(number: int = 1) -> None:
        nonlocal nodes
        nodes += number
        if nodes > _MOST_NODES:
            raise UnreadableXmp("too many elements")

    def entered(_: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise UnreadableXmp("nested too deeply")
        counted(1 + len(attributes))

    def left(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler, parser.StartElementHandler, parser.EndElementHandler = refused, entered, left
    parser.CommentHandler = lambda _: counted()
    parser.ProcessingInstructionHandler = lambda _, __: counted()
    parser.StartCdataSectionHandler = counted
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, LookupError) as error:
        raise UnreadableXmp(str(error)) from error


def _children(node: minidom.Element) -> Iterator[minidom.Element]:
    return (child for child in tuple(node.childNodes) if isinstance(child, minidom.Element))


def _attributes(element: minidom.Element) -> tuple[minidom.Attr, ...]:
    """The attributes that are properties."""
    found = tuple(element.attributes.values())
    return tuple(one for one in found if one.namespaceURI not in (None, RDF, _XMLNS) and one.prefix != "xml")


def _key(node: minidom.Element | minidom.Attr) -> Property:
    return str(node.namespaceURI or ""), str(node.localName)


def _text(element: minidom.Element) -> str:
    resource = element.getAttributeNS(RDF, "resource")
    return resource or "".join(node.data for node in element.childNodes if isinstance(node, minidom.Text))


def _remove(element: minidom.Element) -> None:
    if element.parentNode is not None:
        element.parentNode.removeChild(element)
