import xml.sax
from xml.sax.handler import feature_external_ges, feature_namespaces

from lxml import etree


def parsers(reader):
    # ruleid: python-xml-external-entities
    open_parser = etree.XMLParser(resolve_entities=True)
    # ruleid: python-xml-external-entities
    far_parser = etree.XMLParser(load_dtd=True, no_network=False)
    # ruleid: python-xml-external-entities
    reader.setFeature(feature_external_ges, True)
    # ok: python-xml-external-entities
    closed = etree.XMLParser(resolve_entities=False)
    # ok: python-xml-external-entities
    plain = etree.XMLParser(remove_blank_text=True)
    # ok: python-xml-external-entities
    reader.setFeature(feature_namespaces, True)
    # ok: python-xml-external-entities
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    return open_parser, far_parser, closed, plain
