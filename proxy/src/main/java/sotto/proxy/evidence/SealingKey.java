package sotto.proxy.evidence;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/** The private key that signs records, in a PEM file (PKCS #8) for its owner alone, with the public one beside it. Immutable. */
final class SealingKey {
    private static final String LABEL = "PRIVATE KEY";
    private static final String PRIVATE = "key.pem";
    private static final String PUBLIC = "public.pem";

    private final PrivateKey key;
    private final VerifyingKey verifying;

    private SealingKey(PrivateKey key, VerifyingKey verifying) {
        this.key = key;
        this.verifying = verifying;
    }

    /**
     * Reads it, or makes one.
     *
     * @param needed there are records already: a new key would not be theirs
     * @throws IOException where it cannot be read or made, or the two are not a pair
     */
    static SealingKey open(Path directory, boolean needed) throws IOException {
        Path file = directory.resolve(PRIVATE);
        Path publicFile = directory.resolve(PUBLIC);
        try {
            if (Files.notExists(file)) {
                if (needed) {
                    throw new IOException(
                            file + " is missing, but there are records that it signed; restore it, or move " + directory
                                    + " away to begin anew");
                }
                KeyPair pair =
                        KeyPairGenerator.getInstance(VerifyingKey.ALGORITHM).generateKeyPair();
                new VerifyingKey(pair.getPublic()).write(publicFile); // first: a private key alone is of no use
                Pem.write(file, LABEL, pair.getPrivate().getEncoded());
            }
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            SealingKey read = new SealingKey(read(file), VerifyingKey.read(publicFile));
            if (read.verifying.payload(read.seal("{}")).isEmpty()) {
                throw new IOException(publicFile + " is not the public key of " + file + "; openssl pkey -in " + file
                        + " -pubout writes it");
            }
            return read;
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " is no private key of Ed25519", e);
        }
    }

    private static PrivateKey read(Path file) throws IOException, GeneralSecurityException {
        byte[] der = Pem.read(file, LABEL);
        try {
            return KeyFactory.getInstance(VerifyingKey.ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(der));
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    VerifyingKey verifying() {
        return verifying;
    }

    /** A payload as JWS in compact form (RFC 7515 §7.1). */
    String seal(String payload) throws GeneralSecurityException {
        String input = verifying.header() + "." + VerifyingKey.encode(payload.getBytes(UTF_8));
        Signature signature = Signature.getInstance(VerifyingKey.ALGORITHM);
        signature.initSign(key);
        signature.update(input.getBytes(US_ASCII));
        return input + "." + VerifyingKey.encode(signature.sign());
    }
}
