package vault;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

class Ciphers {
    private static final String OLD = "DES/CBC/PKCS5Padding";

    void weak() throws GeneralSecurityException {
        // ruleid: java-weak-cipher
        Cipher blocks = Cipher.getInstance("AES/ECB/PKCS5Padding");
        // ruleid: java-weak-cipher
        Cipher plain = Cipher.getInstance("AES");
        // ruleid: java-weak-cipher
        Cipher old = Cipher.getInstance(OLD);
        // ruleid: java-weak-cipher
        Cipher stream = Cipher.getInstance("ARCFOUR", "BC");
    }

    void strong(String configured) throws GeneralSecurityException {
        // ok: java-weak-cipher
        Cipher authenticated = Cipher.getInstance("AES/GCM/NoPadding");
        // ok: java-weak-cipher
        Cipher key = Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
        // ok: java-weak-cipher
        Cipher stream = Cipher.getInstance("ChaCha20-Poly1305");
        // ok: java-weak-cipher
        Cipher chosen = Cipher.getInstance(configured);
    }
}
