package sotto.proxy.sip.screen;

import gov.nist.core.NameValue;
import gov.nist.javax.sip.address.AddressImpl;
import gov.nist.javax.sip.address.GenericURI;
import gov.nist.javax.sip.header.CSeq;
import gov.nist.javax.sip.header.CallID;
import gov.nist.javax.sip.header.ContentLength;
import gov.nist.javax.sip.header.From;
import gov.nist.javax.sip.header.MaxForwards;
import gov.nist.javax.sip.header.RequestLine;
import gov.nist.javax.sip.header.To;
import gov.nist.javax.sip.header.ViaList;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.parser.URLParser;
import gov.nist.javax.sip.parser.ViaParser;
import gov.nist.javax.sip.stack.ConnectionOrientedMessageChannel;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sip.InvalidArgumentException;
import org.jspecify.annotations.Nullable;

/**
 * Stands in the stack for a request that is malformed, so that it can be answered like any other: only what a response
 * copies (RFC 3261 §8.2.6.2), each of it read anew, none of it needed. Made on the receiving thread.
 *
 * <pre>
 *  field     read                                  where that fails
 *  Via       all; else host, port, branch, rport   no reply: there is no way back (§18.2.2)
 *            of the topmost
 *  From, To  URI and tag                           sip:anonymous@anonymous.invalid (RFC 3323 §4.1.1.3)
 *  Call-ID   printable, no space                   unreadable@anonymous.invalid
 *  CSeq      digits, however many, and a method    0, and the method of the start line
 * </pre>
 */
public final class BadRequest extends SIPRequest {
    private static final long serialVersionUID = 1L;
    // Possessive, so that no input makes them go back: the time is linear.
    private static final Pattern BRACKETED =
            Pattern.compile("<\\s*+([A-Za-z][A-Za-z0-9+.-]{0,15}+:[!#-;=?-~]{1,512}+)\\s*+>");
    private static final Pattern BARE = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]{0,15}+:[!#-+\\--:=@-~]{1,512}+)");
    private static final Pattern TAG = Pattern.compile(";\\s*+tag\\s*+=\\s*+([A-Za-z0-9.!%*_+`'~-]{1,256})");
    private static final Pattern CALL_ID = Pattern.compile("[!-~]{1,256}");
    private static final Pattern CSEQ = Pattern.compile("(\\d{1,64}+)\\s++([A-Za-z0-9.!%*_+`'~-]{1,64})");
    private static final String NOBODY = "sip:anonymous@anonymous.invalid";
    private static final String UNREADABLE = "unreadable@anonymous.invalid";
    private static final String SIP_URI_UNUSED = "sip:anonymous.invalid";
    private static final int HOPS = 70;
    private static final int MAX_ADDED_BYTES = 96;

    private final transient @Nullable ConnectionOrientedMessageChannel stream;
    private final Defect defect;
    private final String startLineMethod;
    private final int receivedBytes;

    /** CSeq as it came, whatever its size. */
    private static final class EchoedCSeq extends CSeq {
        private static final long serialVersionUID = 1L;
        private final String digits;

        EchoedCSeq(String digits, String method) {
            super(0, method);
            this.digits = digits;
        }

        @Override
        protected StringBuilder encodeBody(StringBuilder buffer) {
            return buffer.append(digits).append(' ').append(getMethod());
        }
    }

    private BadRequest(
            Defect defect, String method, int receivedBytes, @Nullable ConnectionOrientedMessageChannel stream) {
        this.defect = defect;
        this.startLineMethod = method;
        this.receivedBytes = receivedBytes;
        this.stream = stream;
    }

    /**
     * Makes one of what is sound.
     *
     * @param stream the connection that it came by, where that cannot be read on
     * @return empty for a response, for an ACK, which is never answered (RFC 3261 §17.1.1.3), and where no way back is
     *     known
     */
    static Optional<BadRequest> of(
            HeaderScan scan, Defect defect, int receivedBytes, @Nullable ConnectionOrientedMessageChannel stream) {
        if (!scan.isRequest() || scan.method().isEmpty() || scan.method().equals(ACK)) {
            return Optional.empty();
        }
        try {
            ViaList vias = vias(scan.all(HeaderScan.Field.VIA));
            if (vias.isEmpty()) {
                return Optional.empty();
            }
            BadRequest request = new BadRequest(defect, scan.method(), receivedBytes, stream);
            CSeq cseq = cseq(scan);
            if (cseq.getMethod().equals(ACK)) {
                return Optional.empty();
            }
            request.setRequestLine(new RequestLine(uri(SIP_URI_UNUSED), cseq.getMethod()));
            request.setHeader(vias);
            From from = new From();
            from.setAddress(address(scan.first(HeaderScan.Field.FROM)));
            tag(scan.first(HeaderScan.Field.FROM)).ifPresent(tag -> from.setParameter(tagged(tag)));
            request.setHeader(from);
            To to = new To();
            to.setAddress(address(scan.first(HeaderScan.Field.TO)));
            tag(scan.first(HeaderScan.Field.TO)).ifPresent(tag -> to.setParameter(tagged(tag)));
            request.setHeader(to);
            request.setHeader(new CallID(scan.first(HeaderScan.Field.CALL_ID)
                    .filter(id -> CALL_ID.matcher(id).matches())
                    .orElse(UNREADABLE)));
            request.setHeader(cseq);
            request.setHeader(new MaxForwards(HOPS));
            boolean skipsBody = stream == null; // of a stream that is in step
            request.setHeader(new ContentLength(skipsBody ? Math.max(0, scan.contentLength()) : 0));
            return Optional.of(request);
        } catch (ParseException | InvalidArgumentException | RuntimeException e) {
            return Optional.empty(); // what is left of it is not enough for a reply
        }
    }

    private static NameValue tagged(String tag) {
        return new NameValue("tag", tag);
    }

    private static ViaList vias(List<String> values) throws ParseException, InvalidArgumentException {
        ViaList vias = new ViaList();
        if (values.isEmpty()) {
            return vias;
        }
        if (values.stream().noneMatch(value -> value.indexOf('(') >= 0)) {
            try {
                for (String value : values) {
                    vias.addAll(parsed(value));
                }
                return vias;
            } catch (ParseException | RuntimeException e) {
                vias.clear(); // the topmost at least
            }
        }
        Optional<ViaLine> topmost = ViaLine.read(values.getFirst());
        if (topmost.isPresent()) {
            vias.addAll(parsed(topmost.get().text()));
        }
        return vias;
    }

    private static ViaList parsed(String via) throws ParseException {
        return (ViaList) new ViaParser("Via: " + via + "\n").parse();
    }

    private static CSeq cseq(HeaderScan scan) {
        Matcher cseq = CSEQ.matcher(scan.first(HeaderScan.Field.CSEQ).orElse(""));
        return cseq.matches() ? new EchoedCSeq(cseq.group(1), cseq.group(2)) : new EchoedCSeq("0", scan.method());
    }

    private static AddressImpl address(Optional<String> field) throws ParseException {
        AddressImpl address = new AddressImpl();
        String text = field.flatMap(BadRequest::uriText).orElse(NOBODY);
        try {
            address.setURI(uri(text));
        } catch (ParseException | RuntimeException e) {
            address.setURI(uri(NOBODY));
        }
        return address;
    }

    private static GenericURI uri(String text) throws ParseException {
        return new URLParser(text).parse();
    }

    private static Optional<String> uriText(String field) {
        Matcher bracketed = BRACKETED.matcher(field);
        if (bracketed.find()) {
            return Optional.of(bracketed.group(1));
        }
        Matcher bare = BARE.matcher(field);
        return bare.find() ? Optional.of(bare.group(1)) : Optional.empty();
    }

    private static Optional<String> tag(Optional<String> field) {
        Matcher tag =
                TAG.matcher(field.map(f -> f.substring(f.indexOf('>') + 1)).orElse(""));
        return tag.find() ? Optional.of(tag.group(1)) : Optional.empty();
    }

    /** What is wrong with it. */
    public Defect defect() {
        return defect;
    }

    /** The method of the start line; {@link #getMethod} has that of CSeq, which a response copies. */
    public String startLineMethod() {
        return startLineMethod;
    }

    /**
     * False for a reply by datagram that is longer than what came, so that nobody who forges a source has more sent than
     * he sends. What we have to add does not count: {@code received}, {@code rport}, a tag, Content-Length.
     */
    public boolean allows(int replyBytes) {
        return !getTopmostVia().getTransport().equals("UDP") || replyBytes <= receivedBytes + MAX_ADDED_BYTES;
    }

    /** Ends the connection that it came by, where that cannot be read on. */
    public void endStream() {
        if (stream != null) {
            stream.close();
        }
    }
}
