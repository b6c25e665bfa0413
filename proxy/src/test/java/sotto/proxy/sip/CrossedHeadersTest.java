package sotto.proxy.sip;

import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.header.Contact;
import gov.nist.javax.sip.message.SIPRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Headers that cross, as the stack has them then. */
final class CrossedHeadersTest {
    /** The stack casts it where it lets go of the request; of text it would hold on to all. */
    @Test
    void contactsAreTheStacksOwn() {
        SIPRequest register = new SIPRequest();
        SipMessages.cross(
                register,
                List.of(
                        new SipHeader("Contact", "<sip:b1@192.0.2.1;ob>;reg-id=1;+sip.instance=\"<urn:uuid:1>\""),
                        new SipHeader("Contact", "<sip:b2@192.0.2.1>;expires=60"),
                        new SipHeader("X-Any", "<it is; what=it says")));
        assertThat(register.getContactHeaders())
                .extracting(Contact::toString)
                .containsExactly(
                        "Contact: <sip:b1@192.0.2.1;ob>;reg-id=1;+sip.instance=\"<urn:uuid:1>\"\r\n",
                        "Contact: <sip:b2@192.0.2.1>;expires=60\r\n");
        assertThat(register.getHeader("X-Any")).hasToString("X-Any: <it is; what=it says\r\n");
    }

    @Test
    void allContactsAre() {
        SIPRequest register = new SIPRequest();
        SipMessages.cross(register, List.of(new SipHeader("Contact", "*")));
        assertThat(register.getContactHeader().isWildCard()).isTrue();
    }
}
