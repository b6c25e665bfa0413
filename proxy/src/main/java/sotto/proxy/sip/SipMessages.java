package sotto.proxy.sip;

import static java.nio.charset.StandardCharsets.UTF_8;

import gov.nist.javax.sip.Utils;
import gov.nist.javax.sip.address.AddressFactoryImpl;
import gov.nist.javax.sip.header.Contact;
import gov.nist.javax.sip.header.ContactList;
import gov.nist.javax.sip.header.ExtensionHeaderImpl;
import gov.nist.javax.sip.header.HeaderFactoryImpl;
import gov.nist.javax.sip.message.MessageFactoryImpl;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.text.ParseException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import javax.sip.InvalidArgumentException;
import javax.sip.address.Address;
import javax.sip.address.SipURI;
import javax.sip.address.URI;
import javax.sip.header.ContactHeader;
import javax.sip.header.ContentTypeHeader;
import javax.sip.header.Header;
import javax.sip.header.RouteHeader;
import javax.sip.header.ToHeader;
import javax.sip.header.ViaHeader;
import javax.sip.message.Message;
import javax.sip.message.Request;
import sotto.proxy.realm.Realm;

/** Puts messages together. Thread-safe. Nothing of a message received gets into one sent, but what is named here. */
final class SipMessages {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int RANDOM_BYTES = 16;
    static final String ANONYMOUS_HOST = "anonymous.invalid"; // RFC 3323 §4.1.1.3
    private static final int STATELESS_TAG_BYTES = 8;
    private static final Set<String> LISTS = Set.of("Accept", "Allow", "Require", "Supported", "Unsupported");
    private static final Set<String> CARRY_CONTACT = Set.of(
            Request.INVITE, Request.UPDATE, Request.REFER, Request.NOTIFY); // RFC 3311 §5, 3515 §2.2, 6665 §4.1.3
    private static final int MOST_SECONDS = 7 * 24 * 3600;

    private final HeaderFactoryImpl headers = new HeaderFactoryImpl();
    private final AddressFactoryImpl addresses = new AddressFactoryImpl();
    private final MessageFactoryImpl messages = new MessageFactoryImpl();
    private final byte[] tagSecret = new byte[RANDOM_BYTES];
    private final String realm;
    private final String host;
    private final Map<SipTransport, Integer> ports;

    /** @param realm whose address and ports all that is written here has */
    SipMessages(Realm realm) {
        RANDOM.nextBytes(tagSecret);
        this.realm = realm.name();
        this.host = realm.host();
        this.ports = new EnumMap<>(SipTransport.class);
        ports.put(SipTransport.UDP, realm.sip().udpPort());
        ports.put(SipTransport.TCP, realm.sip().tcpPort());
        realm.sip().tlsPort().ifPresent(port -> ports.put(SipTransport.TLS, port));
        realm.sip().wsPort().ifPresent(port -> ports.put(SipTransport.WS, port));
        realm.sip().wssPort().ifPresent(port -> ports.put(SipTransport.WSS, port));
    }

    static String random() {
        byte[] octets = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(octets);
        return HexFormat.of().formatHex(octets);
    }

    /** RFC 3261 §12.1.1. */
    SipDialog answering(SipRequest invite) {
        SIPRequest request = invite.message();
        SipURI target =
                Headers.contact(request).orElseGet(() -> uri("", invite.source().toString(), -1));
        SipDialog dialog = new SipDialog(
                realm,
                invite.callId(),
                random(),
                invite.source().transport(),
                request.getTo().getAddress(),
                request.getFrom().getAddress(),
                target);
        dialog.answering(invite);
        return dialog;
    }

    /** RFC 3261 §8.1.1: identifiers all of our own. */
    SipDialog calling(SipDestination destination, SipParty from, SipParty to) {
        SipURI target =
                uri(destination.user(), destination.host(), destination.port().orElse(-1));
        target.setSecure(destination.isSecure());
        if (destination.transport() != SipTransport.UDP && !destination.isSecure()) { // §26.2.2: sips has none
            parameter(target, "transport", destination.transport().parameter());
        }
        SipURI called = uri(to.user(), destination.host(), -1);
        called.setSecure(destination.isSecure());
        SipDialog dialog = new SipDialog(
                realm,
                random() + "@" + host,
                random(),
                destination.transport(),
                address(from, calling(from)),
                address(to, called),
                target);
        dialog.through(destination.hop());
        return dialog;
    }

    private SipURI calling(SipParty from) {
        SipURI uri = uri(from.user(), from.equals(SipParty.ANONYMOUS) ? ANONYMOUS_HOST : host, -1);
        if (from.user().contains(";")) {
            parameter(uri, "user", "phone"); // RFC 3261 §19.1.6: parameters of a telephone number
        }
        return uri;
    }

    /** RFC 3261 §10.2: From and To are the address that is registered. */
    SipDialog registering(SipDestination registrar, String user) {
        SipDialog dialog = calling(registrar, new SipParty("", ""), new SipParty("", ""));
        Address address = addresses.createAddress(uri(user, registrar.host(), -1));
        SipDialog registration = new SipDialog(
                realm, dialog.callId(), dialog.localTag(), registrar.transport(), address, address, dialog.target());
        registration.through(registrar.hop());
        return registration;
    }

    /** A phone's request, on its way to the PBX: its addresses and its number, with a Call-ID of ours. */
    SipDialog relaying(SipRequest phone, SipRelay relay, String callId) throws Unreachable {
        SIPRequest request = phone.message();
        SipDialog dialog = SipDialog.relayed(
                new SipDialog(
                        realm,
                        callId.isEmpty() ? random() + "@" + host : callId + "@" + host,
                        random(),
                        relay.transport(),
                        relay.from(request),
                        relay.to(request),
                        relay.target(request)),
                phone.cseq());
        dialog.through(Optional.of(relay.address()));
        return dialog;
    }

    /** Our address with a user, as it is put in a Contact or a Path. */
    String own(SipTransport transport, String user) {
        return contact(transport, user).getAddress().getURI().toString();
    }

    Request request(SipDialog dialog, SipCall call) throws Unreachable {
        long cseq = dialog.nextCseq();
        Request request = request(dialog, call.method(), cseq, call.maxForwards());
        if (CARRY_CONTACT.contains(call.method())) {
            SipTransport transport = transport(dialog);
            request.addHeader(secure(contact(transport, ""), transport, dialog.target()));
        } else if (call.method().equals(Request.REGISTER) && !dialog.isRelayed()) {
            request.addHeader(registered(dialog));
        }
        cross(request, call.crossing());
        finish(request, call.headers(), call.sdp().orElse(new byte[0]));
        if (dialog.digest().isPresent()) {
            String uri = request.getRequestURI().toString();
            finish(request, dialog.digest().get().credentials(call.method(), uri, cseq), new byte[0]);
        }
        return request;
    }

    private ContactHeader registered(SipDialog dialog) throws Unreachable {
        return contact(transport(dialog), Headers.user(dialog.local().getURI()));
    }

    /** The parameter of our Contact in a registrar's 2xx, or its Expires (RFC 3261 §10.2.4, §10.3 item 8). */
    OptionalInt grantedSeconds(SipDialog registration, SIPResponse ok) {
        OptionalInt seconds = OptionalInt.empty();
        if (ok.getExpires() != null) {
            seconds = OptionalInt.of(ok.getExpires().getExpires());
        }
        String user = Headers.user(registration.local().getURI());
        Integer port = ports.get(registration.transport());
        ContactList contacts = ok.getContactHeaders();
        if (contacts != null) {
            for (Contact contact : contacts) {
                if (contact.getAddress().getURI() instanceof SipURI uri
                        && user.equals(uri.getUser())
                        && host.equalsIgnoreCase(uri.getHost())
                        && port != null
                        && port == uri.getPort()
                        && contact.getExpires() >= 0) {
                    seconds = OptionalInt.of(contact.getExpires());
                }
            }
        }
        return seconds.isEmpty() ? seconds : OptionalInt.of(Math.clamp(seconds.getAsInt(), 0, MOST_SECONDS));
    }

    Request ack(SipDialog dialog, long cseq, Optional<byte[]> answer) throws Unreachable {
        Request ack = request(dialog, Request.ACK, cseq, SipCall.MAX_FORWARDS);
        finish(ack, dialog.digest().map(digest -> digest.ofInvite(cseq)).orElse(Map.of()), answer.orElse(new byte[0]));
        return ack;
    }

    private Request request(SipDialog dialog, String method, long cseq, int maxForwards) throws Unreachable {
        SipTransport transport = transport(dialog);
        Integer port = ports.get(transport);
        if (port == null) {
            throw new Unreachable("nothing listens on " + transport + " in this realm");
        }
        try {
            ToHeader to =
                    headers.createToHeader(dialog.remote(), dialog.remoteTag().isEmpty() ? null : dialog.remoteTag());
            ViaHeader via = headers.createViaHeader(
                    host, port, transport.token(), Utils.getInstance().generateBranchId());
            via.setRPort(); // RFC 3581 §3: answers come back through an address translator
            Request request = messages.createRequest(
                    (SipURI) dialog.target().clone(),
                    method,
                    headers.createCallIdHeader(dialog.callId()),
                    headers.createCSeqHeader(cseq, method),
                    headers.createFromHeader(dialog.local(), dialog.localTag()),
                    to,
                    List.of(via),
                    headers.createMaxForwardsHeader(maxForwards));
            dialog.hop().ifPresent(hop -> ((SIPRequest) request).setApplicationData(new NextHop(hop, transport)));
            for (Address route : dialog.routes()) {
                RouteHeader header = headers.createRouteHeader((Address) route.clone());
                request.addHeader(header);
            }
            return request;
        } catch (ParseException | InvalidArgumentException e) {
            throw new Unreachable("no " + method + " can be written for this dialog", e);
        }
    }

    /** What the next hop's URI names (RFC 3263 §4.1); the transport of the dialog where it names none, or does not say where. */
    private static SipTransport transport(SipDialog dialog) {
        if (dialog.hop().isPresent()) {
            return dialog.transport();
        }
        SipURI next = dialog.routes().isEmpty() || !(dialog.routes().getFirst().getURI() instanceof SipURI route)
                ? dialog.target()
                : route;
        if (next.isSecure()) {
            return SipTransport.TLS;
        }
        String named = next.getTransportParam();
        return named == null ? dialog.transport() : SipTransport.named(named);
    }

    SIPResponse response(SIPRequest request, SipReply reply) {
        SIPResponse response = request.createResponse(reply.status());
        if (!reply.phrase().isEmpty()) {
            response.setReasonPhrase(reply.phrase());
        }
        if (!reply.toTag().isEmpty()) {
            response.setToTag(reply.toTag());
        } else if (reply.status() > 100 && request.getToTag() == null) {
            response.setToTag(statelessTag(request)); // RFC 3261 §8.2.6.2: every response but 100 has one
        }
        if (CARRY_CONTACT.contains(request.getMethod()) && reply.status() > 100 && reply.status() < 300) {
            SipTransport transport = SipTransport.of(request.getTopmostVia().getTransport());
            response.addHeader(secure(contact(transport, ""), transport, request.getRequestURI()));
        }
        cross(response, reply.crossing());
        finish(response, reply.headers(), reply.sdp().orElse(new byte[0]));
        return response;
    }

    /**
     * As text: what a peer wrote, or a rule made of it, need not be what the stack's parser knows. But for Contact: of a
     * request of ours the stack takes it for its own when the transaction is over, and keeps the request where it is not.
     */
    static void cross(Message message, List<SipHeader> crossing) {
        for (SipHeader header : crossing) {
            message.addHeader(header.isNamed("Contact") ? contact(header) : text(header));
        }
    }

    private static Header contact(SipHeader header) {
        try {
            return new HeaderFactoryImpl().createHeader(header.name(), header.value());
        } catch (ParseException e) {
            return text(header);
        }
    }

    private static Header text(SipHeader header) {
        ExtensionHeaderImpl text = new ExtensionHeaderImpl(header.name());
        text.setValue(header.value());
        return text;
    }

    /** The same for the same request, however often it comes, and not to be guessed (RFC 3261 §8.2.7, §19.3). */
    private String statelessTag(SIPRequest request) {
        MessageDigest sha256;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
        sha256.update(tagSecret);
        for (String part : List.of(
                Headers.orEmpty(request.getTopmostVia().getBranch()),
                request.getCallId().getCallId(),
                Headers.orEmpty(request.getFromTag()))) {
            sha256.update(part.getBytes(UTF_8));
            sha256.update((byte) 0);
        }
        return HexFormat.of().formatHex(sha256.digest(), 0, STATELESS_TAG_BYTES);
    }

    private void finish(Message message, Map<String, String> more, byte[] body) {
        try {
            for (Map.Entry<String, String> header : more.entrySet()) {
                for (String value : values(header)) {
                    message.addHeader(headers.createHeader(header.getKey(), value));
                }
            }
            if (body.length > 0) {
                ContentTypeHeader named = (ContentTypeHeader) message.getHeader(ContentTypeHeader.NAME);
                message.setContent(body, named != null ? named : headers.createContentTypeHeader("application", "sdp"));
            }
        } catch (ParseException e) {
            throw new IllegalArgumentException("a header of ours does not parse", e);
        }
    }

    /** The stack makes one header of one value only. */
    private static String[] values(Map.Entry<String, String> header) {
        return header.getValue().split(LISTS.contains(header.getKey()) ? ", " : "\n");
    }

    /** Our address towards the peer of a dialog, with a user that is to be called there. */
    String address(SipDialog dialog, String user) throws Unreachable {
        return contact(transport(dialog), user).getAddress().getURI().toString();
    }

    private ContactHeader contact(SipTransport transport, String user) {
        Integer port = ports.get(transport);
        SipURI uri = uri(user, host, port == null ? -1 : port);
        if (transport != SipTransport.UDP) {
            parameter(uri, "transport", transport.parameter());
        }
        return headers.createContactHeader(addresses.createAddress(uri));
    }

    /** A sips URI is answered by one (RFC 3261 §8.1.1.8, §12.1.1). */
    private static ContactHeader secure(ContactHeader contact, SipTransport transport, URI asked) {
        SipURI ours = (SipURI) contact.getAddress().getURI();
        if (asked instanceof SipURI theirs && theirs.isSecure() && transport.isSecure()) {
            if (transport == SipTransport.TLS) {
                ours.removeParameter("transport");
            }
            ours.setSecure(true);
        }
        return contact;
    }

    private SipURI uri(String user, String hostPart, int port) {
        try {
            SipURI uri = addresses.createSipURI(user.isEmpty() ? null : user, hostPart);
            if (port > 0) {
                uri.setPort(port);
            }
            return uri;
        } catch (ParseException e) {
            throw new IllegalArgumentException("not a SIP URI: host " + hostPart, e);
        }
    }

    private Address address(SipParty party, SipURI uri) {
        Address address = addresses.createAddress(uri);
        if (!party.display().isEmpty()) {
            try {
                address.setDisplayName(party.display());
            } catch (ParseException e) {
                throw new IllegalArgumentException("not a display name", e);
            }
        }
        return address;
    }

    private static void parameter(SipURI uri, String name, String value) {
        try {
            uri.setParameter(name, value);
        } catch (ParseException e) {
            throw new IllegalArgumentException("not a parameter: " + name, e);
        }
    }
}
