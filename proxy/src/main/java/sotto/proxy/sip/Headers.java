package sotto.proxy.sip;

import gov.nist.javax.sip.header.Contact;
import gov.nist.javax.sip.header.ContactList;
import gov.nist.javax.sip.header.RecordRouteList;
import gov.nist.javax.sip.header.ims.PAssertedIdentityHeader;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.ListIterator;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import javax.sip.address.Address;
import javax.sip.address.SipURI;
import javax.sip.address.TelURL;
import javax.sip.address.URI;
import javax.sip.header.ContentTypeHeader;
import javax.sip.header.RecordRouteHeader;
import org.jspecify.annotations.Nullable;

/** Reads what we need of the stack's messages, without its nulls. Stateless. */
final class Headers {
    private static final int MOST_VALUES = 32;
    private static final int LONGEST_VALUE_CHARS = 1024;
    private static final int LONGEST_PARAMETER = 128;

    private Headers() {}

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    static Optional<byte[]> sdp(SIPMessage message) {
        byte[] body = message.getRawContent();
        return body == null || body.length == 0 || !isSdp(message) ? Optional.empty() : Optional.of(body);
    }

    /** The text of the first header of a name. */
    static Optional<String> value(SIPMessage message, String name) {
        return Optional.ofNullable(message.getHeader(name)).map(Headers::text);
    }

    /** The texts of all headers of a name, as far as they may be written again. */
    static List<String> values(SIPMessage message, String name) {
        return values(message, name, LONGEST_VALUE_CHARS);
    }

    /** The same, up to so many characters each. */
    static List<String> values(SIPMessage message, String name, int longestChars) {
        List<String> values = new ArrayList<>();
        ListIterator<?> headers = message.getHeaders(name);
        while (headers.hasNext() && values.size() < MOST_VALUES) {
            String text = text(headers.next());
            if (text.length() <= longestChars && text.chars().noneMatch(Character::isISOControl)) {
                values.add(text);
            }
        }
        return values;
    }

    private static String text(Object header) {
        String line = header.toString().strip();
        return line.substring(line.indexOf(':') + 1).strip();
    }

    /** Option tags or methods, of all headers of a name. */
    static List<String> tokens(SIPMessage message, String name) {
        List<String> tokens = new ArrayList<>();
        ListIterator<?> headers = message.getHeaders(name);
        while (headers.hasNext()) {
            for (String token : text(headers.next()).split(",")) {
                tokens.add(token.strip());
            }
        }
        return tokens;
    }

    static boolean isSdp(SIPMessage message) {
        ContentTypeHeader type = message.getContentTypeHeader();
        return type != null
                && "application".equalsIgnoreCase(type.getContentType())
                && "sdp".equalsIgnoreCase(type.getContentSubType());
    }

    static SipParty party(Address address) {
        return new SipParty(orEmpty(address.getDisplayName()), user(address.getURI()));
    }

    /** user@host of the SIP URIs of From and P-Asserted-Identity. */
    static Set<String> identities(SIPRequest request) {
        Set<String> identities = new HashSet<>();
        identity(request.getFrom().getAddress()).ifPresent(identities::add);
        ListIterator<?> asserted = request.getHeaders(PAssertedIdentityHeader.NAME);
        while (asserted.hasNext() && identities.size() < MOST_VALUES) {
            if (asserted.next() instanceof PAssertedIdentityHeader header) {
                identity(header.getAddress()).ifPresent(identities::add);
            }
        }
        return identities;
    }

    private static Optional<String> identity(Address address) {
        return address.getURI() instanceof SipURI uri
                ? Optional.of(orEmpty(uri.getUser()) + "@" + uri.getHost())
                : Optional.empty();
    }

    static String user(URI uri) {
        return switch (uri) {
            case SipURI sip -> orEmpty(sip.getUser());
            case TelURL tel ->
                (tel.isGlobal() ? "+" : "") + orEmpty(tel.getPhoneNumber()).replace("+", "");
            default -> "";
        };
    }

    /** The peer's target for requests in the dialog (RFC 3261 §12.1.1). */
    static Optional<SipURI> contact(SIPMessage message) {
        ContactList contacts = message.getContactHeaders();
        if (contacts == null || contacts.isEmpty()) {
            return Optional.empty();
        }
        Contact first = (Contact) contacts.getFirst();
        return first.getAddress() != null && first.getAddress().getURI() instanceof SipURI uri
                ? Optional.of(uri)
                : Optional.empty();
    }

    /** All of them, * too; of one without a SIP URI nothing. */
    static List<SipRequest.Contact> contacts(SIPMessage message) {
        List<SipRequest.Contact> all = new ArrayList<>();
        ContactList list = message.getContactHeaders();
        if (list == null) {
            return all;
        }
        for (Contact contact : list) {
            if (contact.isWildCard()) {
                all.add(SipRequest.Contact.ALL);
            } else if (contact.getAddress().getURI() instanceof SipURI uri) {
                int seconds = contact.getExpires();
                all.add(new SipRequest.Contact(
                        uri.toString(),
                        orEmpty(uri.getUser()),
                        uri.getHost(),
                        seconds < 0 ? OptionalInt.empty() : OptionalInt.of(seconds),
                        parameter(contact, "+sip.instance"),
                        parameter(contact, "reg-id")));
            }
        }
        return all;
    }

    private static Optional<String> parameter(Contact contact, String name) {
        return Optional.ofNullable(contact.getParameter(name))
                .map(value -> value.replace("\"", ""))
                .filter(value -> value.length() <= LONGEST_PARAMETER
                        && value.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '"' && c != '\\'));
    }

    /** The route set, in the order of the message (RFC 3261 §12.1.1). */
    static List<Address> recordRoutes(SIPMessage message) {
        RecordRouteList list = message.getRecordRouteHeaders();
        List<Address> routes = new ArrayList<>();
        if (list != null) {
            for (RecordRouteHeader route : list) {
                routes.add(route.getAddress());
            }
        }
        return routes;
    }
}
