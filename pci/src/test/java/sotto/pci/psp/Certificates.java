package sotto.pci.psp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Self-signed certificates, made by keytool when a test wants one, and contexts that speak with them. */
public final class Certificates {
    public static final String PASSWORD = "changeit";

    private static final String ALIAS = "peer";
    private static final String GENERATE = "-J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC" // it lives for half a second
            + " -genkeypair -keyalg EC -groupname secp256r1 -dname CN=127.0.0.1 -validity 2 -storetype PKCS12";

    private Certificates() {}

    /**
     * Makes a key store with one key, named after the names in it.
     *
     * @param names such as {@code dns:localhost,ip:127.0.0.1}
     */
    public static Path keyStore(Path directory, String names) throws IOException, InterruptedException {
        return keyStore(directory, "keys-" + names.replaceAll("\\W", "-"), names);
    }

    /**
     * Makes a key store with one key.
     *
     * @param file its name, without the ending
     */
    public static Path keyStore(Path directory, String file, String names) throws IOException, InterruptedException {
        Path store = directory.resolve(file + ".p12");
        Path output = directory.resolve(file + ".txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD,
                "-alias",
                ALIAS,
                "-ext",
                "san=" + names));
        command.addAll(List.of(GENERATE.split(" ")));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("keytool: " + Files.readString(output));
        }
        return store;
    }

    /** Makes a trust store with the certificates of these key stores. */
    public static Path trustStore(Path directory, Path... of) throws IOException, GeneralSecurityException {
        Path store = directory.resolve("trust.p12");
        try (OutputStream out = Files.newOutputStream(store)) {
            trusting(of).store(out, PASSWORD.toCharArray());
        }
        return store;
    }

    /** Speaks with the key in a store, and trusts its certificate. */
    public static SSLContext tls(Path store) throws IOException, GeneralSecurityException {
        return tls(Optional.of(store), store);
    }

    /** Speaks with a key, or with none, and trusts the certificates in other key stores. */
    public static SSLContext tls(Optional<Path> keys, Path... trusted) throws IOException, GeneralSecurityException {
        KeyManager[] own = {};
        if (keys.isPresent()) {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(open(keys.get()), PASSWORD.toCharArray());
            own = factory.getKeyManagers();
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusting(trusted));
        TrustManager[] others = trust.getTrustManagers();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own, others, null);
        return context;
    }

    /** The certificate in a key store. */
    public static Certificate of(Path store) throws IOException, GeneralSecurityException {
        return open(store).getCertificate(ALIAS);
    }

    /** Writes the file whose first line opens the stores, for nobody else to read. */
    public static Path passwordFile(Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("stores"), PASSWORD + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static KeyStore open(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private static KeyStore trusting(Path... stores) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (Path store : stores) {
            trusted.setCertificateEntry(store.getFileName().toString(), of(store));
        }
        return trusted;
    }
}
