/** How datagrams come to the SIP stack. Knows no SIP. */
@NullMarked
package sotto.proxy.sip.udp;

import org.jspecify.annotations.NullMarked;
