package sotto.proxy.sip;

import static java.nio.charset.StandardCharsets.US_ASCII;

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
import java.text.ParseException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks each message before the stack acts on it; runs on the stack's receiving threads, keeps no state.
 *
 * <p>What is turned away is counted and gets no reply: the stack's own 400 would carry the parser's exception and the
 * input itself. A stream that was malformed once is out of step, so its connection is closed.
 *
 * <pre>
 *  message                                     result
 *  as long as the limit, or longer             turned away
 *  no empty line after the headers             turned away
 *  a null octet before the body                turned away (the parser loops on some)
 *  more header lines than the limit            turned away
 *  a header that we act on does not parse      turned away
 *  another header does not parse               passed without it (RFC 3261 §16.3 item 1)
 *  not SIP/2.0                                 turned away
 *  CSeq method is not the request's            turned away (RFC 3261 §8.1.1.5)
 *  a mandatory header is missing               turned away (RFC 3261 §8.1.1)
 *  parser ends in any exception or overflow    turned away: it must not cost a thread
 *  only CR, LF                                 ignored, a keep-alive (RFC 5626 §3.5.1)
 * </pre>
 */
final class MessageScreen implements MessageParser {
    /** Octets of one message, headers and body. */
    static final int MAX_BYTES = 9216;

    private static final int MAX_HEADER_LINES = 128;
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

    private final StringMsgParser parser = new StringMsgParser();
    private final ScreenedStack stack;

    MessageScreen(ScreenedStack stack) {
        this.stack = stack;
    }

    @Override
    @SuppressWarnings("NullAway") // null is the stack's word for a message to be ignored
    public SIPMessage parseSIPMessage(
            byte[] message, boolean readBody, boolean strict, ParseExceptionListener channel) {
        if (isKeepAlive(message)) {
            return null;
        }
        SIPMessage parsed = headersAreSound(message) && isVersion2(message) ? parse(message, readBody) : null;
        if (parsed == null || !isSound(parsed)) {
            stack.malformed();
            if (channel instanceof ConnectionOrientedMessageChannel connection) {
                connection.close();
            }
            return null;
        }
        if (channel instanceof ConnectionOrientedMessageChannel connection) {
            stack.newcomers().proved(connection.getTransport(), connection.getPeerAddress(), connection.getPeerPort());
        }
        return parsed;
    }

    private @Nullable SIPMessage parse(byte[] message, boolean readBody) {
        try {
            return parser.parseSIPMessage(message, readBody, false, MessageScreen::unparsed);
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

    private static boolean headersAreSound(byte[] message) {
        if (message.length >= MAX_BYTES) { // as long as the buffer: the rest may be cut off
            return false;
        }
        int lines = 0;
        int lineBytes = 0;
        for (byte octet : message) {
            if (octet == 0) {
                return false;
            }
            if (octet == '\n') {
                if (lineBytes == 0) {
                    return true; // the empty line that ends the headers (RFC 3261 §7)
                }
                lines++;
                lineBytes = 0;
                if (lines > MAX_HEADER_LINES) {
                    return false;
                }
            } else if (octet != '\r') {
                lineBytes++;
            }
        }
        return false;
    }

    /** The parser takes any version for 2.0 (RFC 3261 §7.1). */
    private static boolean isVersion2(byte[] message) {
        int end = 0;
        while (end < message.length && message[end] != '\r' && message[end] != '\n') {
            end++;
        }
        String line = new String(message, 0, end, US_ASCII);
        return line.endsWith(" SIP/2.0") || line.startsWith("SIP/2.0 ");
    }

    private static boolean isSound(SIPMessage message) {
        if (message.getFrom() == null
                || message.getTo() == null
                || message.getCallId() == null
                || message.getCSeq() == null
                || message.getTopmostVia() == null
                || message.getFrom().getTag() == null) {
            return false;
        }
        if (message instanceof SIPRequest request) {
            return request.getMethod().equals(request.getCSeq().getMethod());
        }
        return true;
    }
}
