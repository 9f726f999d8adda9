package unpack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

class Unpacker {
    void all(ZipInputStream archive, File folder) throws IOException {
        ZipEntry entry;
        while ((entry = archive.getNextEntry()) != null) {
            // ruleid: java-archive-extraction
            File file = new File(folder, entry.getName());
            write(file, archive);
        }
    }

    void tar(TarArchiveEntry entry, Path folder) throws IOException {
        // ruleid: java-archive-extraction
        write(folder.resolve(entry.getName()), entry);
    }

    void one(ZipFile archive, String folder) throws IOException {
        ZipEntry entry = archive.getEntry("manifest");
        // ruleid: java-archive-extraction
        write(Paths.get(folder, entry.getName()), archive);
    }

    void strictly(ZipInputStream archive, Path folder) throws IOException {
        ZipEntry entry;
        while ((entry = archive.getNextEntry()) != null) {
            // ok: java-archive-extraction
            Path path = folder.resolve(entry.getName()).normalize();
            if (!path.startsWith(folder)) {
                throw new IOException("outside: " + entry.getName());
            }
            write(path, archive);
        }
    }

    void named(User user, File folder) {
        // ok: java-archive-extraction
        write(new File(folder, user.getName()), null);
    }

    String list(ZipEntry entry) {
        // ok: java-archive-extraction
        return "- " + entry.getName();
    }
}
