package sotto.proxy.sip.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import sotto.proxy.config.SipSettings;

/**
 * Our certificate with its key, and the authorities that we trust, as the files of {@code sip.tls} have them. Immutable.
 *
 * @param keys to show as ours
 * @param chains judges certificates of others, but not the names in them
 */
public record TlsStores(KeyManagerFactory keys, X509ExtendedTrustManager chains) {
    /**
     * Reads both stores.
     *
     * @throws IOException where one cannot be read or opened
     */
    public static TlsStores open(SipSettings.Tls settings) throws IOException {
        char[] password = password(settings.passwordFile());
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store(settings.keyStore(), password), password);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store(settings.trustStore(), password));
            return new TlsStores(keys, chains(trust));
        } catch (GeneralSecurityException e) {
            throw unusable(settings, e);
        } finally {
            Arrays.fill(password, ' ');
        }
    }

    /** What is told where a store can be read and is of no use. */
    public static IOException unusable(SipSettings.Tls settings, Exception cause) {
        return new IOException(
                "sip.tls: " + settings.keyStore() + " or " + settings.trustStore()
                        + " cannot be used; both are PKCS #12 and open with the first line of "
                        + settings.passwordFile(),
                cause);
    }

    private static X509ExtendedTrustManager chains(TrustManagerFactory trust) throws GeneralSecurityException {
        for (TrustManager candidate : trust.getTrustManagers()) {
            if (candidate instanceof X509ExtendedTrustManager chains) {
                return chains;
            }
        }
        throw new GeneralSecurityException("no trust manager for X.509");
    }

    private static char[] password(Path file) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.findFirst().orElse("").strip().toCharArray();
        }
    }

    private static KeyStore store(Path file, char[] password) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password);
        }
        return store;
    }
}
