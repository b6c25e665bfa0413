package sotto.proxy.stir;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates of signers, in a directory that others fill: nothing is ever fetched from the net. Thread-safe; one thread
 * reloads.
 *
 * <pre>
 *  info, x5u                                  file: what follows https://, other characters than a-z 0-9 . - are _
 *  https://cert.example.org/passport.cer      cert.example.org_passport.cer.pem
 *  https://Cert.example.org:8443/a/b.pem?v=2  cert.example.org_8443_a_b.pem_v_2.pem
 *  http://…, ftp://…, longer than a file name  -
 * </pre>
 *
 * <p>Two addresses may share a file: an address only says where to look, the chain and the signature decide.
 */
public final class CertificateStore {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateStore.class);
    private static final String HTTPS = "https://";
    private static final String SUFFIX = ".pem";
    private static final int LONGEST_NAME = 200;
    private static final int MOST_FILES = 10_000;
    private static final int MOST_BYTES = 65_536;
    private static final int MOST_NAMED = 1000;

    private final Path directory;
    private final Path anchorsFile;
    private final Set<String> missed = ConcurrentHashMap.newKeySet(); // names that the log has, bounded
    private volatile Contents contents = new Contents(Map.of(), new Stamp(FileTime.fromMillis(0), -1), Set.of());

    /** What tells one version of a file from the next. */
    private record Stamp(FileTime modified, long bytes) {
        static Stamp of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime(), attributes.size());
        }
    }

    /** @param chain empty where the file has none that can be read */
    private record Loaded(Stamp stamp, Optional<Chain> chain) {}

    private record Contents(Map<String, Loaded> byName, Stamp ofAnchors, Set<TrustAnchor> anchors) {}

    /** A chain, and the anchors that go with it. */
    record Found(Chain chain, Set<TrustAnchor> anchors) {}

    /**
     * Empty until {@link #reload}.
     *
     * @param anchors PEM file with the authorities' own certificates
     */
    public CertificateStore(Path directory, Path anchors) {
        this.directory = directory;
        this.anchorsFile = anchors;
    }

    /** The file that goes with an address; empty for one that has none. */
    public static Optional<String> fileName(String url) {
        if (!url.regionMatches(true, 0, HTTPS, 0, HTTPS.length())) {
            return Optional.empty();
        }
        String name = url.substring(HTTPS.length()).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "_") + SUFFIX;
        return name.length() == SUFFIX.length() || name.length() > LONGEST_NAME ? Optional.empty() : Optional.of(name);
    }

    /** What an address leads to. Tells the log of a file that is not there, once. */
    Optional<Found> find(String url) {
        Optional<String> name = fileName(url);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Contents now = contents;
        Loaded loaded = now.byName.get(name.get());
        if (loaded == null && missed.size() < MOST_NAMED && missed.add(name.get())) {
            LOG.warn(
                    "no certificate {} in the store; calls signed with it cannot be verified; put it there if its signer"
                            + " is one to trust",
                    name.get());
        }
        return loaded == null ? Optional.empty() : loaded.chain.map(chain -> new Found(chain, now.anchors));
    }

    /** Reads what changed since the last time. What cannot be read at all stays as it was. */
    public void reload() {
        try {
            Contents before = contents;
            Stamp ofAnchors = Stamp.of(anchorsFile);
            Set<TrustAnchor> anchors = ofAnchors.equals(before.ofAnchors) ? before.anchors : anchors(anchorsFile);
            Map<String, Loaded> byName = new HashMap<>();
            for (Path file : files()) {
                String name = String.valueOf(file.getFileName());
                Stamp stamp = Stamp.of(file);
                Loaded known = before.byName.get(name);
                byName.put(name, known != null && known.stamp.equals(stamp) ? known : new Loaded(stamp, chain(file)));
            }
            contents = new Contents(Map.copyOf(byName), ofAnchors, anchors);
            missed.removeAll(byName.keySet());
        } catch (IOException | CertificateException e) {
            if (missed.add("")) { // once, until it can be read again
                LOG.warn(
                        "certificates of signers cannot be read anew from {} and {}: {}; those known before are used",
                        directory,
                        anchorsFile,
                        e.toString());
            }
            return;
        }
        missed.remove("");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX) && Files.isRegularFile(file))
                    .limit(MOST_FILES)
                    .toList();
        }
    }

    private static Optional<Chain> chain(Path file) {
        try {
            return Optional.of(new Chain(certificates(file)));
        } catch (IOException | CertificateException e) {
            LOG.warn("{} of the store has no certificate that can be read: {}", file.getFileName(), e.toString());
            return Optional.empty();
        }
    }

    /** The certificates that a PEM file has, at least one. */
    public static List<X509Certificate> certificates(Path file) throws IOException, CertificateException {
        if (Files.size(file) > MOST_BYTES) {
            throw new CertificateException("more than " + MOST_BYTES + " octets");
        }
        List<X509Certificate> read = new ArrayList<>();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                read.add((X509Certificate) certificate);
            }
        }
        if (read.isEmpty()) {
            throw new CertificateException("no certificate in it");
        }
        return read;
    }

    private static Set<TrustAnchor> anchors(Path file) throws IOException, CertificateException {
        return certificates(file).stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Signers whose certificates are here. */
    public int size() {
        return contents.byName.size();
    }
}
