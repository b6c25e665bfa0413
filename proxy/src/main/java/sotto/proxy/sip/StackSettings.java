package sotto.proxy.sip;

import java.io.IOException;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import javax.sip.PeerUnavailableException;
import sotto.proxy.config.SipSettings;
import sotto.proxy.guard.SourceGuard;
import sotto.proxy.sip.log.MessageLog;
import sotto.proxy.sip.log.StackLog;
import sotto.proxy.sip.screen.SipLimits;

/** How the SIP stack is run; each line says against what. Stateless. */
final class StackSettings {
    private static final String NIST = "gov.nist.javax.sip.";
    private static final String RECEIVE_BUFFER_BYTES = "4194304"; // a burst of 1,000 INVITEs waits, and is not lost

    /** Above what {@link sotto.proxy.sip.screen.MessageScreen} lets pass, so that it is the one to say no. */
    private static final int STACK_BYTES = SipLimits.MAX_MESSAGE_BYTES + 512;

    /** For TLS of every kind, best first. */
    static final List<String> SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");

    private StackSettings() {}

    static ScreenedStack create(SipSettings settings, Set<String> tlsNames, SourceGuard guard) throws IOException {
        Properties p = new Properties();
        p.setProperty("javax.sip.STACK_NAME", "sotto-" + SipMessages.random());
        p.setProperty("javax.sip.AUTOMATIC_DIALOG_SUPPORT", "off"); // dialogs are ours
        p.setProperty(NIST + "AUTOMATIC_DIALOG_ERROR_HANDLING", "false"); // it answers in our place
        p.setProperty(NIST + "DELIVER_UNSOLICITED_NOTIFY", "true"); // so that 405 is ours to say
        p.setProperty( // not MESSAGE: the stack would want a Contact in it, which RFC 3428 §4 forbids
                "javax.sip.EXTENSION_METHODS", "REFER:INFO:UPDATE:PRACK:PUBLISH");
        p.setProperty(NIST + "STACK_LOGGER", StackLog.class.getName()); // the default is log4j, and prints bodies
        p.setProperty(NIST + "SERVER_LOGGER", MessageLog.class.getName());
        p.setProperty(NIST + "MESSAGE_PARSER_FACTORY", ScreenFactory.class.getName());
        p.setProperty(NIST + "RFC_2543_SUPPORT_ENABLED", "false"); // it would search whole tables
        p.setProperty(
                NIST + "THREAD_POOL_SIZE", "1"); // the default is a thread and 64 KiB a datagram; two lose the order
        p.setProperty(NIST + "REENTRANT_LISTENER", "true"); // no second thread hop
        p.setProperty(
                NIST + "RELEASE_REFERENCES_STRATEGY", "Aggressive"); // by default, messages stay 32 s after the call
        p.setProperty(NIST + "MAX_MESSAGE_SIZE", Integer.toString(STACK_BYTES)); // the default is no limit
        p.setProperty(NIST + "RECEIVE_UDP_BUFFER_SIZE", RECEIVE_BUFFER_BYTES);
        p.setProperty(NIST + "SEND_UDP_BUFFER_SIZE", RECEIVE_BUFFER_BYTES);
        p.setProperty(NIST + "MAX_CONNECTIONS", "1024");
        p.setProperty(NIST + "MAX_SERVER_TRANSACTIONS", "200000");
        p.setProperty(NIST + "READ_TIMEOUT", "15000"); // half a message, then silence; the first one: see Newcomers
        p.setProperty(NIST + "CONNECTION_TIMEOUT", "4000");
        p.setProperty(NIST + "SSL_HANDSHAKE_TIMEOUT", "15000"); // what we accept: see Newcomers
        long lifetimeS = settings.answerTimeout().toSeconds() + 64;
        p.setProperty(NIST + "MAX_TX_LIFETIME_INVITE", Long.toString(lifetimeS));
        p.setProperty(NIST + "MAX_TX_LIFETIME_NON_INVITE", "64");
        p.setProperty(NIST + "TLS_CLIENT_PROTOCOLS", "TLSv1.3,TLSv1.2"); // the server's too
        p.setProperty(NIST + "ENABLED_CIPHER_SUITES", String.join(",", SUITES));
        boolean askForCertificate =
                settings.tls().isPresent() && settings.tls().get().requireClientCertificate();
        p.setProperty(NIST + "TLS_CLIENT_AUTH_TYPE", askForCertificate ? "Enabled" : "Disabled");
        try {
            ScreenedStack stack = new ScreenedStack(p, guard);
            stack.network(SipSockets.of(settings.tls(), tlsNames, stack));
            return stack;
        } catch (PeerUnavailableException e) {
            throw new IOException("the SIP stack does not start", e);
        }
    }
}
