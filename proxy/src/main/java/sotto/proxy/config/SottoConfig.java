package sotto.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import sotto.pci.capture.PaymentSettings;
import sotto.proxy.realm.Realm;
import sotto.proxy.realm.Realms;

/**
 * The whole configuration, checked.
 *
 * @param stateDirectory where credentials and journal are kept
 * @param cdrKeep how long call detail records are kept
 * @param drainTimeout how long SIGTERM waits for calls
 * @param realms networks that calls come from and go to; where the file names none, one made of {@code sip} and {@code media}
 */
public record SottoConfig(
        Peering peering,
        GatewaySection gateway,
        SipSettings sip,
        MediaSection media,
        HttpSection http,
        PaymentSettings securePay,
        Path stateDirectory,
        Duration cdrKeep,
        Duration drainTimeout,
        Realms realms) {
    /** Long enough to end a sentence, and well below the 90 s after which a service manager kills. */
    public static final Duration DEFAULT_DRAIN = Duration.ofSeconds(30);

    /** A quarter's bill can be looked into until the next one is there. */
    public static final Duration DEFAULT_CDR_KEEP = Duration.ofDays(90);

    /** The same with the default drain and the default of what is kept. */
    public SottoConfig(
            Peering peering,
            GatewaySection gateway,
            SipSettings sip,
            MediaSection media,
            HttpSection http,
            PaymentSettings securePay,
            Path stateDirectory) {
        this(
                peering,
                gateway,
                sip,
                media,
                http,
                securePay,
                stateDirectory,
                DEFAULT_CDR_KEEP,
                DEFAULT_DRAIN,
                realms(sip, media));
    }

    /** The one network of a file that names none. */
    static Realms realms(SipSettings sip, MediaSection media) {
        OptionalInt tls =
                sip.tls().map(SipSettings.Tls::port).map(OptionalInt::of).orElse(OptionalInt.empty());
        return Realms.only(new Realm(
                Realm.DEFAULT,
                new Realm.Signalling(
                        sip.bind(),
                        sip.advertise(),
                        sip.udpPort(),
                        sip.tcpPort(),
                        tls,
                        sip.webSockets().port(),
                        sip.webSockets().securePort()),
                new Realm.Audio(media.bind(), Optional.empty(), media.firstPort(), media.lastPort())));
    }
}
