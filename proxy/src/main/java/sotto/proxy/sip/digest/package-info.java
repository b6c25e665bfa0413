/** Digest authentication (RFC 7616, RFC 8760), without a socket or a SIP message. */
@NullMarked
package sotto.proxy.sip.digest;

import org.jspecify.annotations.NullMarked;
