/** Whom TLS is spoken with: certificates, and the names in them. Knows no SIP. */
@NullMarked
package sotto.proxy.sip.tls;

import org.jspecify.annotations.NullMarked;
