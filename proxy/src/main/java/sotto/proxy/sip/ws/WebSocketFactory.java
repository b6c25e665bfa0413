package sotto.proxy.sip.ws;

import gov.nist.javax.sip.stack.MessageProcessor;
import gov.nist.javax.sip.stack.MessageProcessorFactory;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import sotto.proxy.config.SipSettings;
import sotto.proxy.guard.SourceGuard;

/** Makes the stack's listeners of WebSocket. Thread-safe. */
public final class WebSocketFactory implements MessageProcessorFactory {
    private final Rules rules;
    private final Optional<SslContext> tls;
    private final Map<String, WebSocketListener> listeners = new ConcurrentHashMap<>(); // by transport

    /**
     * Who may connect, and who is told.
     *
     * @param guard asked of each connection before anything reads it
     */
    public record Rules(SipSettings.WebSockets settings, SourceGuard guard, WebSocketEvents events) {}

    private WebSocketFactory(Rules rules, Optional<SslContext> tls) {
        this.rules = rules;
        this.tls = tls;
    }

    /** One without TLS. */
    public static WebSocketFactory plain(Rules rules) {
        return new WebSocketFactory(rules, Optional.empty());
    }

    /**
     * One with TLS too. No certificate is asked for: browsers would show their user a list of those that he has, and a phone
     * proves itself to its PBX by digest.
     *
     * @param keys with our certificate
     * @param suites cipher suites, best first
     * @throws IOException where they cannot be used
     */
    public static WebSocketFactory secure(Rules rules, KeyManagerFactory keys, List<String> suites) throws IOException {
        SslContext context = SslContextBuilder.forServer(keys)
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .ciphers(suites)
                .clientAuth(ClientAuth.NONE)
                .build();
        return new WebSocketFactory(rules, Optional.of(context));
    }

    @Override
    public MessageProcessor createMessageProcessor(
            SIPTransactionStack stack, InetAddress address, int port, String transport) throws IOException {
        String token = transport.toLowerCase(Locale.ROOT);
        boolean isSecure = token.equals(WebSocketListener.SECURE);
        if (isSecure && tls.isEmpty()) {
            throw new IOException("WSS without a certificate; add sip.tls");
        }
        WebSocketListener listener = new WebSocketListener(
                stack, new InetSocketAddress(address, port), isSecure ? tls : Optional.empty(), rules);
        listeners.put(token, listener);
        return listener;
    }

    /** How many are there, handshakes included, over TLS and without. */
    public int connections() {
        return listeners.values().stream()
                .mapToInt(WebSocketListener::connections)
                .sum();
    }

    /**
     * Whether a connection from there is up.
     *
     * @param transport as in a Via header, in small letters
     */
    public boolean isOpen(String transport, InetSocketAddress remote) {
        WebSocketListener listener = listeners.get(transport);
        return listener != null && listener.isOpen(remote);
    }
}
