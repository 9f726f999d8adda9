package backup;

import java.io.IOException;

class Archive {
    private static final String FOLDER = "/var/backups";

    void pack(String name) throws IOException {
        // ruleid: java-shell-command
        Runtime.getRuntime().exec("tar czf /tmp/backup.tgz " + name);
        Runtime runtime = Runtime.getRuntime();
        // ruleid: java-shell-command
        runtime.exec(String.format("gzip %s", name));
        // ruleid: java-shell-command
        new ProcessBuilder("/bin/sh", "-c", "gzip " + name + " | wc -c").start();
        // ruleid: java-shell-command
        runtime.exec(new String[] {"sh", "-c", "gzip " + name});
    }

    void packStrictly(String name, Lab lab) throws IOException {
        // ok: java-shell-command
        new ProcessBuilder("tar", "czf", "/tmp/backup.tgz", name).start();
        // ok: java-shell-command
        Runtime.getRuntime().exec("ls " + FOLDER);
        // ok: java-shell-command
        Runtime.getRuntime().exec(new String[] {"gzip", "--suffix=" + name});
        // ok: java-shell-command
        new ProcessBuilder("sh", "-c", "df -h | sort").start();
        // ok: java-shell-command
        lab.exec("measure " + name);
    }
}
