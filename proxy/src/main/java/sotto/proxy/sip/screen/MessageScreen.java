package sotto.proxy.sip.screen;

import gov.nist.javax.sip.address.AddressImpl;
import gov.nist.javax.sip.address.SipUri;
import gov.nist.javax.sip.header.CSeq;
import gov.nist.javax.sip.header.CallID;
import gov.nist.javax.sip.header.Contact;
import gov.nist.javax.sip.header.ContentLength;
import gov.nist.javax.sip.header.From;
import gov.nist.javax.sip.header.MaxForwards;
import gov.nist.javax.sip.header.RecordRoute;
import gov.nist.javax.sip.header.RequestLine;
import gov.nist.javax.sip.header.Require;
import gov.nist.javax.sip.header.Route;
import gov.nist.javax.sip.header.StatusLine;
import gov.nist.javax.sip.header.To;
import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.parser.MessageParser;
import gov.nist.javax.sip.parser.ParseExceptionListener;
import gov.nist.javax.sip.parser.StringMsgParser;
import gov.nist.javax.sip.stack.ConnectionOrientedMessageChannel;
import gov.nist.javax.sip.stack.MessageChannel;
import java.net.InetAddress;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.sip.InvalidArgumentException;
import org.jspecify.annotations.Nullable;
import sotto.proxy.guard.SourceGuard;

/**
 * Checks each message before the stack acts on it; runs on the stack's receiving threads, keeps no state.
 *
 * <pre>
 *  message                                     request                       response, ACK
 *  as {@link HeaderScan} and {@link StartLine} find it    a {@link BadRequest} in its place   dropped, counted
 *  a header that we act on does not parse      the same                      the same
 *  another header does not parse               passed without it (RFC 3261 §16.3 item 1)
 *  CSeq method is not the request's            the same (§8.1.1.5)
 *  a mandatory header is missing               the same (§8.1.1); but see below
 *  parser ends in any exception or overflow    the same: it must not cost a thread
 *  only CR, LF                                 ignored, a keep-alive (RFC 5626 §3.5.1)
 *  {@link SourceGuard} does not admit it       dropped, and its connection closed; of datagrams the socket asks
 *  it is a scanner's                           dropped, and its connection closed
 * </pre>
 *
 * <p>A request of RFC 2543 is completed: 70 hops where it names none, a Contact where it came from. The topmost Via of a
 * request gets the transport that it came by, and loses {@code received} and {@code maddr}: they say where the response
 * goes, and a sender does not send us to others.
 */
public final class MessageScreen implements MessageParser {
    private static final Set<Class<?>> ACTED_ON = Set.of(
            From.class,
            To.class,
            CSeq.class,
            Via.class,
            CallID.class,
            Contact.class,
            ContentLength.class,
            MaxForwards.class,
            RecordRoute.class,
            Route.class,
            Require.class,
            RequestLine.class,
            StatusLine.class);
    private static final int HOPS = 70; // RFC 3261 §8.1.1.6

    private final StringMsgParser parser = new StringMsgParser();
    private final Runnable onDrop;
    private final Consumer<ConnectionOrientedMessageChannel> onSound;
    private final SourceGuard guard;

    /**
     * A screen for one listening point or connection.
     *
     * @param onDrop told of each message that is dropped; of a {@link BadRequest} the stack's listener is
     * @param onSound told of each connection that brings a sound message
     * @param guard asked of each message of a connection, and of who looks like a scanner
     */
    public MessageScreen(Runnable onDrop, Consumer<ConnectionOrientedMessageChannel> onSound, SourceGuard guard) {
        this.onDrop = onDrop;
        this.onSound = onSound;
        this.guard = guard;
    }

    @Override
    @SuppressWarnings("NullAway") // null is the stack's word for a message to be ignored
    public SIPMessage parseSIPMessage(
            byte[] message, boolean readBody, boolean strict, ParseExceptionListener channel) {
        if (isKeepAlive(message)) {
            return null;
        }
        long nowNs = System.nanoTime();
        if (channel instanceof ConnectionOrientedMessageChannel connection
                && !guard.admits(connection.getPeerPacketSourceAddress(), nowNs)) {
            connection.close();
            return null;
        }
        HeaderScan scan = new HeaderScan(message);
        if (scan.isRequest() && isScanner(scan, channel, nowNs)) {
            return null;
        }
        SIPMessage parsed = scan.defect() == null ? parse(message) : null;
        Defect defect = scan.defect();
        if (defect == null) {
            defect = parsed == null ? Defect.SYNTAX : complete(parsed, scan, message, channel);
        }
        if (defect != null) {
            return bad(scan, defect, message.length, channel);
        }
        if (channel instanceof ConnectionOrientedMessageChannel connection) {
            onSound.accept(connection);
        }
        return parsed;
    }

    private boolean isScanner(HeaderScan scan, ParseExceptionListener channel, long nowNs) {
        if (!(channel instanceof MessageChannel source)) {
            return false;
        }
        InetAddress address = InetAddress.ofLiteral(source.getPeerAddress());
        if (guard.isExempt(address)) { // first: the messages of peers are the many
            return false;
        }
        String userAgent = scan.first(HeaderScan.Field.USER_AGENT).orElse("");
        String from = scan.first(HeaderScan.Field.FROM).orElse("");
        String to = scan.first(HeaderScan.Field.TO).orElse("");
        if (!guard.isScanner(address, userAgent, from, to, nowNs)) {
            return false;
        }
        if (channel instanceof ConnectionOrientedMessageChannel connection) {
            connection.close();
        }
        return true;
    }

    private @Nullable SIPMessage bad(
            HeaderScan scan, Defect defect, int receivedBytes, ParseExceptionListener channel) {
        @Nullable
        ConnectionOrientedMessageChannel stream = isStream(channel) ? (ConnectionOrientedMessageChannel) channel : null;
        boolean lost = defect.endsStream() || checkStream(scan) != null;
        Optional<BadRequest> request = BadRequest.of(scan, defect, receivedBytes, lost ? stream : null);
        if (request.isPresent()) {
            setTransport(request.get(), channel);
            return request.get();
        }
        onDrop.run();
        if (stream != null && (lost || scan.contentLength() > 0)) {
            stream.close(); // the stack would take the body for the next message
        }
        return null;
    }

    private @Nullable SIPMessage parse(byte[] message) {
        try {
            return parser.parseSIPMessage(message, false, false, MessageScreen::unparsed);
        } catch (ParseException | RuntimeException e) {
            return null; // counted by the caller; the text of the exception is the peer's
        } catch (StackOverflowError e) {
            return null; // the address parser recurses on what a peer nests
        }
    }

    private static void unparsed(ParseException e, SIPMessage message, Class<?> header, String text, String all)
            throws ParseException {
        if (header == null || ACTED_ON.contains(header)) {
            throw e;
        }
    }

    private static boolean isKeepAlive(byte[] message) {
        for (byte octet : message) {
            if (octet != '\r' && octet != '\n') {
                return false;
            }
        }
        return true;
    }

    /** Checks what only a parsed message shows, and adds what may be absent. */
    private static @Nullable Defect complete(
            SIPMessage message, HeaderScan scan, byte[] octets, ParseExceptionListener channel) {
        boolean isRequest = message instanceof SIPRequest;
        if (message.getFrom() == null
                || message.getTo() == null
                || message.getCallId() == null
                || message.getCSeq() == null
                || message.getTopmostVia() == null
                || (!isRequest && message.getFrom().getTag() == null)) { // a request of RFC 2543 may lack it
            return Defect.SYNTAX;
        }
        long cseq = message.getCSeq().getSeqNumber();
        if (cseq < 0 || cseq > SipLimits.MAX_CSEQ) {
            return Defect.SYNTAX;
        }
        try {
            if (message instanceof SIPRequest request) {
                if (!request.getMethod().equals(request.getCSeq().getMethod())) {
                    return Defect.METHOD_MISMATCH;
                }
                setTransport(request, channel);
                complete(request, channel);
            }
            return isStream(channel) ? checkStream(scan) : takeBody(message, scan, octets);
        } catch (ParseException | InvalidArgumentException | RuntimeException e) {
            return Defect.SYNTAX;
        }
    }

    private static boolean isStream(ParseExceptionListener channel) {
        return channel instanceof ConnectionOrientedMessageChannel && !(channel instanceof Framed);
    }

    /** The stack itself reads the body. Content-Length may be left out where there is none (RFC 3261 §20.14). */
    private static @Nullable Defect checkStream(HeaderScan scan) {
        if (scan.contentLength() < 0) {
            return scan.hasBodyType() ? Defect.FRAMING : null;
        }
        return scan.contentLength() > SipLimits.MAX_MESSAGE_BYTES - scan.bodyFrom() ? Defect.TOO_LARGE : null;
    }

    /** In a datagram or a {@link Framed} message: what Content-Length says, or all the rest; what is beyond is dropped (RFC 3261 §18.3). */
    private static @Nullable Defect takeBody(SIPMessage message, HeaderScan scan, byte[] octets)
            throws InvalidArgumentException {
        int there = octets.length - scan.bodyFrom();
        if (octets.length > SipLimits.MAX_MESSAGE_BYTES) {
            return Defect.TOO_LARGE;
        } else if (scan.contentLength() > there) {
            return Defect.FRAMING;
        }
        int length = scan.contentLength() < 0 ? there : scan.contentLength();
        if (message.getContentLength() == null) {
            message.setHeader(new ContentLength(length));
        }
        if (length > 0) {
            message.setMessageContent(Arrays.copyOfRange(octets, scan.bodyFrom(), scan.bodyFrom() + length));
            Arrays.fill(octets, scan.bodyFrom(), octets.length, (byte)
                    0); // keys, perhaps: whoever reads them wipes the copy
        }
        return null;
    }

    private static void complete(SIPRequest request, ParseExceptionListener channel)
            throws ParseException, InvalidArgumentException {
        if (request.getMaxForwards() == null) {
            request.setHeader(new MaxForwards(HOPS));
        }
        if (request.getMaxForwards().getMaxForwards() > SipLimits.MAX_FORWARDS) {
            throw new InvalidArgumentException("Max-Forwards");
        }
        if (request.getMethod().equals(SIPRequest.INVITE)
                && request.getContactHeader() == null
                && channel instanceof MessageChannel source) {
            SipUri uri = new SipUri();
            uri.setHost(source.getPeerAddress());
            if (request.getTopmostVia().getPort() > 0) {
                uri.setPort(request.getTopmostVia().getPort());
            }
            AddressImpl address = new AddressImpl();
            address.setURI(uri);
            Contact contact = new Contact();
            contact.setAddress(address);
            request.addHeader(contact);
        }
        request.checkHeaders(); // else the stack finds out when it is to keep a transaction, and there is no reply
    }

    private static void setTransport(SIPRequest request, ParseExceptionListener channel) {
        Via via = request.getTopmostVia();
        via.removeParameter(Via.RECEIVED);
        via.removeParameter(Via.MADDR);
        if (channel instanceof MessageChannel source) {
            try {
                via.setTransport(source.getTransport().toUpperCase(Locale.ROOT));
            } catch (ParseException e) {
                throw new IllegalStateException("a transport of the stack's own", e);
            }
        }
    }
}
