package sotto.proxy.stir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The authentication service of RFC 8224 §6.1, towards one peer, as SHAKEN has it (RFC 8588). Thread-safe. */
public final class Signer {
    private static final Logger LOG = LoggerFactory.getLogger(Signer.class);
    private static final DateTimeFormatter DATE = // RFC 3261 §20.17: GMT, two digits of a day
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);
    private static final long LOG_EVERY_S = 60;

    private final String peer;
    private final SigningKey key;
    private final String x5u;
    private final InstantSource clock;
    private final AtomicLong loggedS = new AtomicLong();
    private volatile @Nullable Own own;

    /** What was last read of our certificate. */
    private record Own(FileTime modified, String subject) {}

    /**
     * A signature.
     *
     * @param identity value of the Identity header
     * @param date value of a Date header with the same instant
     * @param subject of our certificate
     */
    public record Signed(String identity, String date, Attest attest, String origid, Optional<String> subject) {}

    /** @param peer name of the one that the signatures are for */
    public Signer(String peer, SigningKey key, String x5u, InstantSource clock) {
        this.peer = peer;
        this.key = key;
        this.x5u = x5u;
        this.clock = clock;
    }

    /**
     * Vouches for a number.
     *
     * @param called each a number or address that the message names
     * @return empty where the key cannot be used now; the log has it then
     */
    public Optional<Signed> sign(Party caller, List<Party> called, Attest attest) {
        String origid = UUID.randomUUID().toString();
        ZonedDateTime now = clock.instant().atZone(ZoneOffset.UTC);
        Passport passport = new Passport(
                x5u, Passport.SHAKEN, caller, called, now.toEpochSecond(), Optional.of(attest), Optional.of(origid));
        String input = passport.signingInput();
        try {
            String identity = input + "." + Es256.sign(key.read(), input) + ";info=<" + x5u + ">;alg=" + Es256.NAME
                    + ";ppt=" + Passport.SHAKEN;
            return Optional.of(new Signed(identity, DATE.format(now), attest, origid, subject()));
        } catch (SigningKey.Unusable e) {
            log(String.valueOf(e.getMessage()));
        } catch (GeneralSecurityException e) {
            log("cannot sign");
        }
        return Optional.empty();
    }

    private Optional<String> subject() {
        try {
            FileTime modified = Files.getLastModifiedTime(key.certificate());
            Own known = own;
            if (known == null || !known.modified().equals(modified)) {
                known = new Own(modified, key.own().getSubjectX500Principal().getName());
                own = known;
            }
            return Optional.of(known.subject());
        } catch (IOException | GeneralSecurityException e) {
            return Optional.empty(); // for the record only
        }
    }

    private void log(String why) {
        long nowS = clock.instant().getEpochSecond();
        long last = loggedS.get();
        if (nowS - last >= LOG_EVERY_S && loggedS.compareAndSet(last, nowS)) {
            LOG.warn("calls to peer {} are not signed: {} {}; correct the file", peer, key.keyFile(), why);
        }
    }
}
