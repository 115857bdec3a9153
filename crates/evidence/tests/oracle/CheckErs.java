import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.ers.ERSByteData;
import org.bouncycastle.tsp.ers.ERSData;
import org.bouncycastle.tsp.ers.ERSDataGroup;
import org.bouncycastle.tsp.ers.ERSEvidenceRecord;

/** CheckErs RECORD TSU-CERT-DER MEMBER...: does BouncyCastle say that the record proves the group of these members? */
public class CheckErs {
    public static void main(String[] args) throws Exception {
        DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().setProvider(new BouncyCastleProvider()).build();
        ERSEvidenceRecord record = new ERSEvidenceRecord(Files.readAllBytes(Path.of(args[0])), digests);
        X509CertificateHolder unit = new X509CertificateHolder(Files.readAllBytes(Path.of(args[1])));
        record.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider(new BouncyCastleProvider()).build(unit));
        Date now = new Date();
        List<ERSData> members = new ArrayList<>();
        for (int i = 2; i < args.length; i++) {
            members.add(new ERSByteData(Files.readAllBytes(Path.of(args[i]))));
        }
        for (ERSData member : members) {
            record.validatePresent(member, now);
        }
        record.validatePresent(new ERSDataGroup(members), now);
        System.out.println("PRESENT");
    }
}
