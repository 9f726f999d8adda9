package importer;

import java.io.InputStream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamReader;

class Open {
    DocumentBuilder documents() throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        // ruleid: java-xml-external-entities
        return factory.newDocumentBuilder();
    }

    void events(InputStream input, Handler handler) throws Exception {
        SAXParserFactory factory = SAXParserFactory.newInstance();
        // ruleid: java-xml-external-entities
        SAXParser parser = factory.newSAXParser();
        parser.parse(input, handler);
    }

    XMLStreamReader stream(InputStream input) throws Exception {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        // ruleid: java-xml-external-entities
        return factory.createXMLStreamReader(input);
    }
}

class Closed {
    DocumentBuilder documents() throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        // ok: java-xml-external-entities
        return factory.newDocumentBuilder();
    }

    XMLStreamReader stream(InputStream input) throws Exception {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        // ok: java-xml-external-entities
        return factory.createXMLStreamReader(input);
    }

    void elsewhere(InputStream input, Handler handler) throws Exception {
        SAXParserFactory factory = SAXParserFactory.newInstance();
        Parsers.withoutEntities(factory);
        // ok: java-xml-external-entities
        factory.newSAXParser().parse(input, handler);
    }

    Page page(PageFactory factory) {
        // ok: java-xml-external-entities
        return factory.build("start");
    }
}
