/** Tests of the parts, without SIP. */
@NullMarked
package sotto.proxy.stir;

import org.jspecify.annotations.NullMarked;
