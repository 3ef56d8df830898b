"""What RFC 4287 asks of a feed, as a RELAX NG grammar of our own and the rules that no grammar can tell."""

from datetime import datetime
from functools import cache

from lxml import etree

ATOM = "http://www.w3.org/2005/Atom"

_GRAMMAR = """
<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.w3.org/2005/Atom"
  datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start><element name="feed"><ref name="common"/><interleave>
    <oneOrMore><ref name="author"/></oneOrMore>
    <ref name="id"/><ref name="title"/><ref name="updated"/>
    <optional><ref name="subtitle"/></optional>
    <optional><element name="generator"><ref name="common"/><text/></element></optional>
    <zeroOrMore><ref name="link"/></zeroOrMore>
    <zeroOrMore><ref name="category"/></zeroOrMore>
    <zeroOrMore><ref name="entry"/></zeroOrMore>
  </interleave></element></start>
  <define name="entry"><element name="entry"><ref name="common"/><interleave>
    <ref name="id"/><ref name="title"/><ref name="updated"/>
    <optional><element name="published"><ref name="common"/><ref name="moment"/></element></optional>
    <optional><element name="content"><ref name="common"/>
      <optional><attribute name="type"><value>text</value></attribute></optional><text/></element></optional>
    <zeroOrMore><ref name="author"/></zeroOrMore>
    <zeroOrMore><ref name="link"/></zeroOrMore>
    <zeroOrMore><ref name="category"/></zeroOrMore>
  </interleave></element></define>
  <define name="common">
    <optional><attribute name="xml:lang"><data type="language"/></attribute></optional>
  </define>
  <define name="moment"><data type="dateTime"/></define>
  <define name="words"><ref name="common"/><optional><attribute name="type"><value>text</value></attribute></optional>
    <text/></define>
  <define name="title"><element name="title"><ref name="words"/></element></define>
  <define name="subtitle"><element name="subtitle"><ref name="words"/></element></define>
  <define name="updated"><element name="updated"><ref name="common"/><ref name="moment"/></element></define>
  <define name="id"><element name="id"><ref name="common"/><data type="anyURI"/></element></define>
  <define name="author"><element name="author"><ref name="common"/>
    <element name="name"><data type="string"><param name="minLength">1</param></data></element></element></define>
  <define name="link"><element name="link"><ref name="common"/>
    <attribute name="href"><data type="anyURI"/></attribute>
    <optional><attribute name="rel"><text/></attribute></optional>
    <optional><attribute name="type"><data type="string"><param name="pattern">.+/.+</param></data></attribute></optional>
    <empty/></element></define>
  <define name="category"><element name="category"><ref name="common"/>
    <attribute name="term"><text/></attribute><empty/></element></define>
</grammar>
"""


def faults(octets: bytes) -> list[str]:
    """What is wrong with a feed; raises where it is no XML. Section numbers are those of RFC 4287."""
    root = etree.fromstring(octets, etree.XMLParser(resolve_entities=False, recover=False))
    grammar = _grammar()
    found = [] if grammar.validate(root) else [str(grammar.error_log)]
    names = {"a": ATOM}
    ids = root.xpath("//a:id/text()", namespaces=names)
    if len(set(ids)) != len(ids):
        found.append("two have one id (4.2.6)")
    moments = root.xpath("//a:updated/text() | //a:published/text()", namespaces=names)
    found += [f"{moment} is no date of RFC 3339 (3.3)" for moment in moments if not _is_moment(moment)]
    if root.xpath("//a:entry[not(a:content) and not(a:link[@rel='alternate'])]", namespaces=names):
        found.append("an entry has neither content nor an alternate link (4.1.2)")
    alternates = root.xpath("/a:feed/a:link[@rel='alternate']/@type", namespaces=names)
    if len(set(alternates)) != len(alternates):
        found.append("two alternate links of one type (4.1.1)")
    return found


def _is_moment(text: str) -> bool:
    return "T" in text and datetime.fromisoformat(text).utcoffset() is not None


@cache
def _grammar() -> etree.RelaxNG:
    return etree.RelaxNG(etree.fromstring(_GRAMMAR))
