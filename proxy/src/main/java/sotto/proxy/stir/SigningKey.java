package sotto.proxy.stir;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/**
 * A private key in a PEM file (PKCS #8), and the certificate that goes with it. Read each time, so that a new one needs no
 * restart; never in a text. Immutable.
 */
public record SigningKey(Path keyFile, Path certificate) {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";
    private static final int MOST_BYTES = 8192;

    /** What is wrong with it, without a word of what is in it. */
    public static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    PrivateKey read() throws Unusable {
        byte[] octets = new byte[0];
        try {
            if (Files.size(keyFile) > MOST_BYTES) {
                throw new Unusable("is no key: it has more than " + MOST_BYTES + " octets");
            }
            octets = Files.readAllBytes(keyFile);
            return key(octets);
        } catch (IOException e) {
            throw new Unusable("cannot be read");
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    private static PrivateKey key(byte[] pem) throws Unusable {
        int begin = indexOf(pem, BEGIN);
        int end = indexOf(pem, END);
        if (begin < 0 || end < begin) {
            throw new Unusable("has no '" + BEGIN + "'; openssl pkcs8 -topk8 -nocrypt makes that form");
        }
        byte[] body = Arrays.copyOfRange(pem, begin + BEGIN.length(), end);
        byte[] der = new byte[0];
        try {
            der = Base64.getMimeDecoder().decode(body);
            PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
            if (!Es256.isOfCurve(key)) {
                throw new Unusable("is of another curve than P-256");
            }
            return key;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Unusable("is no key for ES256");
        } finally {
            Arrays.fill(body, (byte) 0);
            Arrays.fill(der, (byte) 0);
        }
    }

    private static int indexOf(byte[] octets, String text) {
        byte[] wanted = text.getBytes(US_ASCII);
        for (int at = 0; at + wanted.length <= octets.length; at++) {
            if (Arrays.equals(octets, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }

    /** Whether key and certificate go together: a signature made with the one is good with the other. */
    public boolean isPair() throws Unusable {
        try {
            String probe = "probe";
            byte[] signature = Es256.decode(Es256.sign(read(), probe)).orElseThrow();
            return Es256.verify(own().getPublicKey(), probe, signature);
        } catch (IOException | GeneralSecurityException e) {
            return false;
        }
    }

    /** The first certificate of its file. */
    X509Certificate own() throws IOException, GeneralSecurityException {
        return CertificateStore.certificates(certificate).getFirst();
    }
}
