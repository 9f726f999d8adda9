package accounts;

import java.security.SecureRandom;
import java.util.Random;

class Invitations {
    private final Random random = new Random();
    private final SecureRandom secure = new SecureRandom();

    String invite(User user, byte[] salt, byte[] noise) {
        // ruleid: java-insecure-random-secret
        String resetToken = Long.toHexString(random.nextLong());
        // ruleid: java-insecure-random-secret
        random.nextBytes(salt);
        // ruleid: java-insecure-random-secret
        int otp = (int) (Math.random() * 1_000_000);
        // ok: java-insecure-random-secret
        String token = Long.toHexString(secure.nextLong());
        // ok: java-insecure-random-secret
        secure.nextBytes(salt);
        // ok: java-insecure-random-secret
        random.nextBytes(noise);
        // ok: java-insecure-random-secret
        int tokenCount = random.nextInt(5);
        // ok: java-insecure-random-secret
        long delay = (long) (Math.random() * 1000);
        return resetToken + token + otp + tokenCount + delay;
    }
}
