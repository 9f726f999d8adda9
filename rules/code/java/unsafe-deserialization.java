package sessions;

import java.beans.XMLDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;

class Sessions {
    Object restore(InputStream input) throws IOException, ClassNotFoundException {
        // ruleid: java-unsafe-deserialization
        return new ObjectInputStream(input).readObject();
    }

    Object restoreOne(InputStream input) throws IOException, ClassNotFoundException {
        try (ObjectInputStream stream = new ObjectInputStream(input)) {
            // ruleid: java-unsafe-deserialization
            return stream.readObject();
        }
    }

    Object settings(InputStream input) {
        XMLDecoder decoder = new XMLDecoder(input);
        // ruleid: java-unsafe-deserialization
        return decoder.readObject();
    }

    Object restoreStrictly(InputStream input, ObjectInputFilter filter) throws IOException, ClassNotFoundException {
        ObjectInputStream stream = new ObjectInputStream(input);
        stream.setObjectInputFilter(filter);
        // ok: java-unsafe-deserialization
        return stream.readObject();
    }

    Object next(Reader reader) {
        // ok: java-unsafe-deserialization
        return reader.readObject();
    }

    private void readObject(ObjectInputStream stream) throws IOException, ClassNotFoundException {
        stream.defaultReadObject();
        // ok: java-unsafe-deserialization
        this.state = stream.readObject();
    }

    private Object state;
}
